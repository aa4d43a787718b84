"""Takes deliveries off the broker beside the work on them, so that heartbeats outlive a long transaction."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from amqp import spec
from amqp.exceptions import ConsumerCancelled, RecoverableConnectionError

from shared.messaging import connection as link
from shared.messaging.connection import BROKER_ERRORS
from shared.messaging.wire import Delivery

log = structlog.get_logger("messaging")

MOST_WAITING = 64 * 1024 * 1024
"""Bytes of bodies that may wait here; more stays with the broker until some are taken."""
_MOST_TAKEN = 16 * 1024 * 1024


class LostError(Exception):
    """The connection to the broker is gone: what was not acknowledged will be delivered again."""


class Reader:
    """One connection that consumes `queues`. A thread of its own reads; the owner takes, acknowledges and closes.

    In a patched process the thread is a greenlet.
    """

    def __init__(self, uri: str, name: str, queues: Sequence[str], prefetch: int) -> None:
        self._uri = uri
        self._name = name
        self._queues = queues
        self._prefetch = prefetch
        self._connection: link.BrokerConnection | None = None
        self._channel: Any = None
        self._waiting: deque[Delivery] = deque()
        self._bytes = 0
        self._wanted = 1
        self._arrived = threading.Event()
        self._room = threading.Event()
        self._interrupted = False
        self._closing = False
        self._lost: Exception | None = None

    def open(self) -> None:
        """Connect and consume; each step in bounded time.

        Raises:
            OSError, AMQPError: not now; `close` has been done.
        """
        try:
            connection = self._connection = link.connect(self._uri, self._name)
            connection.on_delivery = self._on_delivery
            with connection.within(link.ANSWER_TIMEOUT):
                channel = self._channel = connection.channel()
                channel.basic_qos(0, self._prefetch, False)
                for queue in self._queues:
                    channel.basic_consume(queue, consumer_tag=queue, on_cancel=self._on_cancel)
        except BaseException:
            # Also when the thread is ended from outside: no half-open connection stays. The error goes on.
            link.drop(self._connection)
            raise
        threading.Thread(target=self._read, name=f"reader {self._name}", daemon=True).start()

    @property
    def attached(self) -> bool:
        """Whether it consumes."""
        return self._lost is None and not self._closing and self._channel is not None

    def take(self, limit: int, wait: Callable[[], float], idle: float = 30.0) -> list[Delivery]:
        """Up to `limit` deliveries: what is there, and what comes within `wait()` seconds after the first.

        Fewer when they are very large. Empty after `idle` seconds without any, or when interrupted.

        Raises:
            LostError: the connection is gone.
        """
        if not self._wait_for(1, idle):
            return []
        self._wait_for(limit, wait())
        taken: list[Delivery] = []
        size = 0
        while self._waiting and len(taken) < limit and size < _MOST_TAKEN:
            taken.append(self._waiting.popleft())
            size += len(taken[-1].body)
        self._bytes -= size
        self._room.set()
        return taken

    def interrupt(self) -> None:
        """End the wait in `take`, now and from now on."""
        self._interrupted = True
        self._arrived.set()

    def cancel(self) -> None:
        """Ask for no further deliveries; those on their way still come."""
        try:
            for queue in self._queues:
                self._channel.basic_cancel(queue, nowait=True)
        except BROKER_ERRORS as exc:
            log.debug("cancelling consumers failed", error=link.told(exc))

    def ack(self, tag: int, multiple: bool = True) -> None:
        """Acknowledge a delivery, with all before it. A failure is no harm: it will come again."""
        try:
            self._channel.basic_ack(tag, multiple)
        except BROKER_ERRORS as exc:
            log.info("an acknowledgement was lost, the messages will come again", error=link.told(exc))

    def check(self) -> None:
        """Raise LostError when the connection is gone."""
        if self._lost is not None:
            raise LostError(repr(self._lost)) from self._lost

    def close(self) -> None:
        """Give back what was not acknowledged and close, without waiting: the reading thread sees to the end."""
        self._closing = True
        self._waiting.clear()
        self._bytes = 0
        self._room.set()
        connection = self._connection
        if connection is None or self._lost is not None:
            return
        try:
            self._channel.send_method(spec.Basic.Nack, "Lbb", (0, True, True))
            connection.send_method(spec.Connection.Close, "BsBB", (200, "done", 0, 0))
        except BROKER_ERRORS as exc:
            log.debug("closing a reader failed", error=link.told(exc))

    def _wait_for(self, count: int, seconds: float) -> bool:
        end = time.monotonic() + seconds
        self._wanted = count
        while not self._enough(count):
            self.check()
            left = end - time.monotonic()
            if left <= 0:
                break
            self._arrived.clear()
            if not self._enough(count) and self._lost is None:
                self._arrived.wait(left)
        return bool(self._waiting)

    def _enough(self, count: int) -> bool:
        return len(self._waiting) >= count or self._interrupted or self._bytes > MOST_WAITING

    def _on_delivery(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)
        self._bytes += len(delivery.body)
        if self._bytes > MOST_WAITING or len(self._waiting) >= self._wanted:
            self._arrived.set()

    def _on_cancel(self, queue: str) -> None:
        if not self._interrupted:
            raise ConsumerCancelled(queue, spec.Basic.Cancel)  # the queue was deleted under us

    def _read(self) -> None:
        connection = self._connection
        assert connection is not None
        try:
            self._pump(connection)
        except BROKER_ERRORS as exc:
            self._lost = exc
        except Exception as exc:
            # Whatever it is, it must be seen by the owner, who connects anew.
            log.exception("reading from the broker failed")
            self._lost = exc
        finally:
            link.drop(connection)
            self._arrived.set()

    def _pump(self, connection: link.BrokerConnection) -> None:
        closing_since: float | None = None
        ticked = 0.0
        while connection.connected:
            if self._bytes > MOST_WAITING and not self._closing:
                connection.send_heartbeat()
                self._room.clear()
                self._room.wait(1.0)
                continue
            try:
                connection.drain_events()
            except TimeoutError:
                if self._closing:
                    return
            now = time.monotonic()
            if self._closing:
                closing_since = closing_since or now
                if now - closing_since > link.CLOSE_TIMEOUT:
                    return
            elif now - ticked >= 1.0:
                connection.heartbeat_tick()
                ticked = now
        if not self._closing:
            raise RecoverableConnectionError("the broker closed the connection")
