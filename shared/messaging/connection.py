"""Connections to the broker that never hang: every wait has an end, and after an error nothing is said politely.

py-amqp waits without limit for the answer to a synchronous method and for `CloseOk`; on a link that swallows
everything that is for ever. Here waits end at a deadline, and a broken connection is dropped (`collect`).
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import structlog
from amqp.exceptions import AMQPError, RecoverableConnectionError
from kombu.utils.url import parse_url

from shared.messaging.wire import BufferedTransport, Delivery, delivering_frames

log = structlog.get_logger("messaging")

BROKER_ERRORS = (AMQPError, OSError)
HEARTBEAT = 10
CONNECT_TIMEOUT = 5.0
ANSWER_TIMEOUT = 10.0
CLOSE_TIMEOUT = 2.0
# How long a read waits before its loop looks at heartbeats and at whether to stop.
POLL = 2.0
_PIECE = 1 << 20


class BrokerConnection(amqp.Connection):
    """An AMQP connection with deadlines, raw deliveries and writes in one piece."""

    def __init__(self, **options: Any) -> None:
        super().__init__(frame_handler=delivering_frames, **options)
        self.on_delivery: Callable[[Delivery], None] = _unexpected
        self._deadline: float | None = None

    def Transport(  # noqa: N802
        self, host: str, connect_timeout: float, ssl: Any = False, *more: Any, **options: Any
    ) -> Any:
        """The transport: a buffered one, py-amqp's own for TLS."""
        if ssl:
            return super().Transport(host, connect_timeout, ssl, *more, **options)
        return BufferedTransport(host, connect_timeout, *more, **options)

    @property
    def transport(self) -> Any:
        """The transport; a collected connection stays closed instead of opening itself again."""
        if self._transport is None:
            raise RecoverableConnectionError("the connection is closed")
        return self._transport

    @transport.setter
    def transport(self, transport: Any) -> None:
        self._transport = transport

    def drain_events(self, timeout: float | None = None) -> None:
        """Read until something was dispatched, at most `timeout` seconds and never past the deadline."""
        end = None if timeout is None else time.monotonic() + timeout
        if self._deadline is not None:
            end = self._deadline if end is None else min(end, self._deadline)
        buffered = getattr(self.transport, "buffered", _nothing)
        while True:
            frame = buffered()
            if frame is not None:
                if self.on_inbound_frame(frame):
                    return
                continue
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError("the broker did not answer in time")
            if self.blocking_read(left):
                return

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """All waits within the block together end after `seconds`."""
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = None

    def send(self, frames: bytes, timeout: float) -> None:
        """Write frames in large pieces, within `timeout` seconds."""
        end = time.monotonic() + timeout
        for at in range(0, len(frames), _PIECE):
            with self.transport.having_timeout(max(0.001, end - time.monotonic())):
                self.transport.write(frames[at : at + _PIECE])
        self.bytes_sent += 1


def _nothing() -> None:
    """What a transport without a buffer of ours has in it."""


def _unexpected(delivery: Delivery) -> None:
    raise RecoverableConnectionError("a delivery without a consumer")


def connect(uri: str, name: str, heartbeat: int | None = None) -> BrokerConnection:
    """Open a connection within CONNECT_TIMEOUT for each step; `name` is shown in the broker's own screens.

    Seconds between heartbeats: as given, or `?heartbeat=` of the address, or HEARTBEAT.

    Raises:
        OSError, AMQPError: the broker is not there, does not answer or refuses.
    """
    parts = parse_url(uri)
    host = parts["hostname"] or "127.0.0.1"
    secure = parts["transport"] == "amqps"
    port = parts["port"] or (5671 if secure else 5672)
    connection = BrokerConnection(
        host=f"{host}:{port}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        login_method="PLAIN",
        virtual_host=parts["virtual_host"] or "/",
        heartbeat=int(parts.get("heartbeat") or HEARTBEAT) if heartbeat is None else heartbeat,
        connect_timeout=CONNECT_TIMEOUT,
        client_properties={"connection_name": name},
        ssl={"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": host} if secure else False,
    )
    try:
        with connection.within(2 * CONNECT_TIMEOUT):
            connection.connect()
        connection.transport.sock.settimeout(min(POLL, (connection.heartbeat or HEARTBEAT) / 4))
    except BaseException:
        # Also when the thread is ended from outside: no half-open connection stays. The error goes on, and is logged
        # by whoever tries again.
        drop(connection)
        raise
    return connection


def told(exc: BaseException) -> str:
    """A broker's or socket's error as a log may show it: those hold names of ours and no messages."""
    return f"{type(exc).__name__}: {exc}"[:300] if isinstance(exc, BROKER_ERRORS) else type(exc).__name__


def user_of(uri: str) -> str:
    """The AMQP user a connection of `uri` logs in as."""
    return str(parse_url(uri)["userid"] or "guest")


def drop(connection: BrokerConnection | None) -> None:
    """Let go of a connection without a word: for broken ones, and for the end of a polite close."""
    if connection is None:
        return
    try:
        connection.collect()
    except Exception as exc:  # noqa: BLE001 - whatever a half-dead connection raises, it is gone
        log.debug("a connection is dropped", error=told(exc))


def close(connection: BrokerConnection | None) -> None:
    """Close politely, but not for longer than CLOSE_TIMEOUT; for connections that only the caller reads from."""
    if connection is None:
        return
    try:
        if connection.connected:
            with connection.within(CLOSE_TIMEOUT):
                connection.close()
    except Exception as exc:  # noqa: BLE001 - a close that fails is a close
        log.debug("a connection is closed", error=told(exc))
    finally:
        drop(connection)
