"""What is looked at before an event may have any effect: who sent it, whether it can be read, whether it is valid.

A message that fails here can never succeed: it is parked with the reason. Reasons never contain the message.
"""

from dataclasses import dataclass

import structlog

from shared.contracts import registry
from shared.contracts.envelope import CONTENT_TYPE, Event, decode
from shared.contracts.errors import ContractError, UnknownTypeError
from shared.messaging import copies
from shared.messaging.topology import amqp_user
from shared.messaging.wire import Delivery, UnreadablePropertiesError

log = structlog.get_logger("messaging")


class PermanentError(Exception):
    """This message can never succeed. `reason` is what the quarantine shows; `type` is known if it could be read."""

    def __init__(self, reason: str, event_type: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.type = event_type


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery and the valid event in it."""

    delivery: Delivery
    event: Event
    attempts: int
    redriven: str | None


class Intake:
    """Checks the deliveries of one queue: the events of `source`, heard by `service` logged in as `own`."""

    def __init__(self, *, service: str, source: str, own: str) -> None:
        self._source = source
        self._own = own
        self._expected = amqp_user(source, service, own)

    def check(self, delivery: Delivery) -> Received:
        """The event in `delivery`.

        Raises:
            PermanentError: it must be parked.
        """
        try:
            return self._checked(delivery)
        except PermanentError:
            raise
        except Exception as exc:
            # A defect of the checks, met by this message alone: parked, it can be sent back once that is mended.
            log.exception("checking a message failed")
            raise PermanentError(f"unchecked: {type(exc).__name__}") from exc

    def _checked(self, delivery: Delivery) -> Received:
        try:
            properties = delivery.properties
        except UnreadablePropertiesError as exc:
            raise PermanentError(f"undecodable: properties ({exc})") from exc
        if copies.first_user(properties, self._own) != self._expected:
            raise PermanentError("wrong_user: not sent by the source's own account")
        content_type = properties.get("content_type")
        if (
            not isinstance(content_type, str)
            or content_type.partition(";")[0].strip().lower() != CONTENT_TYPE
        ):
            raise PermanentError(f"content_type: not {CONTENT_TYPE}")
        event = self._event(delivery.body)
        return Received(
            delivery, event, copies.attempts(properties, self._own), copies.redriven(properties, self._own)
        )

    def _event(self, body: bytes) -> Event:
        try:
            event = decode(body)
        except ContractError as exc:
            raise PermanentError(f"undecodable: {exc}") from exc
        foreign = event.type in registry.TYPES and self._source not in registry.sources(event.type)
        if event.source != self._source or foreign:
            raise PermanentError("wrong_source: the event names another source than its exchange", event.type)
        try:
            registry.validate(self._source, event.type, event.data)
        except UnknownTypeError as exc:
            raise PermanentError(f"unknown_type: {exc}") from exc
        except ContractError as exc:
            raise PermanentError(f"schema: {exc}", event.type) from exc
        return event
