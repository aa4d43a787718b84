"""Copies a service makes of a message: into a retry tier, to the dead letters, back from the quarantine.

The body is taken over byte for byte and so are the properties, but for what only the broker or the publisher may
set. The broker refuses a copy that keeps another's `user_id`, so the copy carries the service's own and the first
one travels in `x-origin-user`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.messaging import topology
from shared.messaging.publisher import PERSISTENT, Outgoing
from shared.messaging.wire import Delivery, UnreadablePropertiesError

ATTEMPT = "x-attempt"
REASON = "x-reason"
ORIGIN = "x-origin-user"
REDRIVEN = "x-redriven"
UNREADABLE = "x-unreadable-properties"
_HEADERS = "application_headers"
# The broker's own history of a message; a later release ignores it when it is published again.
_HISTORY = (
    "x-death",
    "x-first-death-exchange",
    "x-first-death-queue",
    "x-first-death-reason",
    "x-delivery-count",
)
# Headers the broker would route by once more: a copy goes where it is sent, and nowhere else.
_ROUTING = ("CC", "BCC")


def headers_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The headers of a message; none when they are no table."""
    headers = properties.get(_HEADERS)
    return headers if isinstance(headers, dict) else {}


def first_user(properties: Mapping[str, Any], own: str) -> str:
    """Whose message this was first: `x-origin-user` counts only where the service itself made the copy."""
    user = properties.get("user_id")
    if user == own and ORIGIN in headers_of(properties):
        user = headers_of(properties)[ORIGIN]
    return user if isinstance(user, str) else ""


def attempts(properties: Mapping[str, Any], own: str) -> int:
    """How often this message has failed here already; what others or garbage say counts as never."""
    count = headers_of(properties).get(ATTEMPT)
    if properties.get("user_id") != own or not isinstance(count, int) or isinstance(count, bool):
        return 0
    return max(0, count)


def redriven(properties: Mapping[str, Any], own: str) -> str | None:
    """The quarantine row a message was sent back from."""
    row = headers_of(properties).get(REDRIVEN)
    return row if isinstance(row, str) and properties.get("user_id") == own else None


@dataclass(frozen=True, slots=True)
class Copier:
    """Makes the copies of one service, published as `own`."""

    service: str
    own: str

    def retry(self, delivery: Delivery, queue: str, attempt: int) -> Outgoing:
        """For the `attempt`-th repetition, by way of the tier of that number."""
        extra = {ATTEMPT: attempt, ORIGIN: self._origin(delivery)}
        properties = self._properties(delivery.properties, extra, without=_HISTORY)
        exchange = topology.retry_exchange(self.service)
        return Outgoing(delivery.tag, exchange, topology.tier(queue, attempt), delivery.body, properties)

    def parked(self, delivery: Delivery, queue: str, reason: str) -> Outgoing:
        """For the dead letters, with the reason."""
        extra: dict[str, Any] = {REASON: reason, ORIGIN: self._origin(delivery)}
        try:
            original = delivery.properties
        except UnreadablePropertiesError:
            original = {}
            extra[UNREADABLE] = delivery.header.hex()
        properties = self._properties(original, extra)
        exchange = topology.dead_letter_exchange(self.service)
        return Outgoing(delivery.tag, exchange, queue, delivery.body, properties)

    def back(self, row: Mapping[str, Any]) -> Outgoing:
        """Out of the quarantine into the queue it came from, its attempts forgotten."""
        stored = {**row.get("properties", {}), _HEADERS: dict(row.get("headers", {}))}
        extra = {ORIGIN: first_user(stored, self.own), REDRIVEN: row["_id"]}
        properties = self._properties(stored, extra, without=(*_HISTORY, ATTEMPT, REASON))
        exchange = topology.retry_exchange(self.service)
        return Outgoing(row["_id"], exchange, row["queue"], bytes(row["body"]), properties)

    def _origin(self, delivery: Delivery) -> str:
        try:
            return first_user(delivery.properties, self.own)
        except UnreadablePropertiesError:
            return ""

    def _properties(
        self, original: Mapping[str, Any], extra: Mapping[str, Any], without: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        headers = {
            f"x-original-{key}" if key in _ROUTING else key: value
            for key, value in headers_of(original).items()
            if key not in without
        }
        kept = {key: value for key, value in original.items() if key not in ("expiration", "cluster_id")}
        return {
            **kept,
            _HEADERS: {**headers, **extra},
            "delivery_mode": PERSISTENT,
            "user_id": self.own,
        }


def plain(message: Outgoing) -> Outgoing:
    """A copy whose headers cannot be written again: ours alone, the others as text."""
    headers = message.properties[_HEADERS]
    try:
        text = repr(message.properties)[:30000]
    except RecursionError:
        text = "nested too deeply"
    kept = {key: headers[key] for key in (ATTEMPT, REASON, ORIGIN) if key in headers}
    properties = {
        "delivery_mode": PERSISTENT,
        "user_id": message.properties["user_id"],
        _HEADERS: {**kept, UNREADABLE: text},
    }
    return Outgoing(message.key, message.exchange, message.routing_key, message.body, properties)
