"""Publishing with confirms: a batch leaves in one piece, and each message is known to be safe, refused or neither."""

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.messaging import connection as link
from shared.messaging.connection import BROKER_ERRORS, HEARTBEAT, BrokerConnection
from shared.messaging.wire import publish_frames

log = structlog.get_logger("messaging")

DEADLINE = 10.0
PERSISTENT = 2


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish; `key` is how the outcome names it."""

    key: Hashable
    exchange: str
    routing_key: str
    body: bytes
    properties: dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of a batch. A key in none of the sets is unknown: published or not, it must be sent again."""

    confirmed: set[Hashable] = field(default_factory=set)
    nacked: set[Hashable] = field(default_factory=set)
    returned: set[Hashable] = field(default_factory=set)
    invalid: dict[Hashable, str] = field(default_factory=dict)
    error: Exception | None = None


class ConfirmingPublisher:
    """A connection of its own with one channel in confirm mode, opened when needed and dropped after any error.

    Not to be shared between threads of control.
    """

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._name = name
        self._connection: BrokerConnection | None = None
        self._channel: Any = None
        self._tag = 0
        self._pending: dict[int, Outgoing] = {}
        self._unroutable: set[tuple[str, str]] = set()
        self._outcome = Outcome()
        self._used = 0.0

    def publish(self, messages: Sequence[Outgoing], timeout: float = DEADLINE) -> Outcome:
        """Publish all, wait for the broker's word on each, at most `timeout` seconds. Never raises for the broker."""
        outcome = self._outcome = Outcome()
        self._pending, self._unroutable = {}, set()
        end = time.monotonic() + timeout
        try:
            connection = self._ready()
            frames = [self._frames(message) for message in messages]
            connection.send(b"".join(frames), timeout)
            while self._pending:
                connection.drain_events(timeout=max(0.0, end - time.monotonic()))
            self._used = time.monotonic()
            if outcome.nacked:
                # A channel that met a full quorum queue may be refused long after there is room again.
                self.close()
        except BROKER_ERRORS as exc:
            outcome.error = exc
            self.drop()
        return outcome

    def tick(self) -> None:
        """Keep an idle connection alive; call it every few seconds, or let the next publish open a new one."""
        connection = self._connection
        if connection is None:
            return
        try:
            connection.heartbeat_tick()
            self._used = time.monotonic()
            while True:
                connection.drain_events(timeout=0.001)
        except TimeoutError:
            return
        except BROKER_ERRORS as exc:
            log.info("an idle publishing connection was lost", error=link.told(exc))
            self.drop()

    def drop(self) -> None:
        """Forget the connection."""
        connection, self._connection, self._channel = self._connection, None, None
        link.drop(connection)

    def close(self) -> None:
        """Close the connection, in bounded time."""
        connection, self._connection, self._channel = self._connection, None, None
        link.close(connection)

    def _ready(self) -> BrokerConnection:
        if self._connection is not None and time.monotonic() - self._used > HEARTBEAT:
            self.drop()  # nobody kept it alive meanwhile: the broker may have given it up
        if self._connection is None:
            connection = self._connection = link.connect(self._uri, self._name)
            with connection.within(link.ANSWER_TIMEOUT):
                channel = self._channel = connection.channel()
                channel.confirm_select()
            self._tag = 0
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
        return self._connection

    def _frames(self, message: Outgoing) -> bytes:
        number, largest = self._channel.channel_id, self._channel.connection.frame_max
        route = (message.exchange, message.routing_key)
        try:
            frames = publish_frames(number, *route, message.properties, message.body, largest)
        except ValueError as exc:
            self._outcome.invalid[message.key] = str(exc)
            return b""
        self._tag += 1
        self._pending[self._tag] = message
        return frames

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for message in self._settled(tag, multiple):
            # A message without a queue is returned first and then acked all the same.
            unroutable = (message.exchange, message.routing_key) in self._unroutable
            (self._outcome.returned if unroutable else self._outcome.confirmed).add(message.key)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._outcome.nacked.update(message.key for message in self._settled(tag, multiple))

    def _on_return(self, _exc: Exception, exchange: str, routing_key: str, _message: Any) -> None:
        self._unroutable.add((exchange, routing_key))

    def _settled(self, tag: int, multiple: bool) -> list[Outgoing]:
        if not multiple:
            message = self._pending.pop(tag, None)
            return [message] if message else []
        settled = []
        while self._pending and (first := next(iter(self._pending))) <= tag:
            settled.append(self._pending.pop(first))
        return settled
