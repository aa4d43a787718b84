"""How bytes become deliveries: py-amqp's own frames, read and written in large pieces, properties left unread.

py-amqp asks the socket three times for each frame and decodes a message's properties while it reads: slow, and one
message with a property that cannot be decoded would end the connection again and again, taking its neighbours along.
Here a delivery keeps its raw properties; whoever handles it finds out, and only that message suffers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from struct import error as struct_error
from struct import pack, unpack_from
from typing import Any

from amqp import Message, spec
from amqp.exceptions import FrameSyntaxError, UnexpectedFrame
from amqp.method_framing import frame_handler
from amqp.serialization import decode_properties_basic, dumps
from amqp.transport import TCPTransport

_METHOD, _HEADER, _BODY = 1, 2, 3
_FRAME_END = 0xCE
_DELIVER = bytes((0, spec.Basic.Deliver[0], 0, spec.Basic.Deliver[1]))
_PUBLISH = bytes((0, spec.Basic.Publish[0], 0, spec.Basic.Publish[1], 0, 0))
_MANDATORY = b"\x01"
_END = bytes((_FRAME_END,))
_CONTENT_START = 12  # class id, weight, body size
_READ = 65536


class UnreadablePropertiesError(Exception):
    """The properties of a message cannot be decoded."""


@dataclass(slots=True)
class Delivery:
    """One message as it came. `tag` is what an acknowledgement names."""

    tag: int
    consumer: str
    redelivered: bool
    header: bytes
    body: bytes
    _properties: dict[str, Any] | None = field(default=None)

    @property
    def properties(self) -> dict[str, Any]:
        """The AMQP properties by name, headers under `application_headers`.

        Raises:
            UnreadablePropertiesError: bytes that are no properties.
        """
        if self._properties is None:
            try:
                self._properties, _ = decode_properties_basic(self.header, _CONTENT_START)
            except (
                ValueError,
                OverflowError,
                OSError,
                IndexError,
                TypeError,
                FrameSyntaxError,
                RecursionError,
                struct_error,
            ) as exc:
                raise UnreadablePropertiesError(type(exc).__name__) from exc
        return self._properties


class BufferedTransport(TCPTransport):
    """Reads whatever the socket has and cuts frames out of it; a time-out loses nothing of a half-read frame."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pieces = b""
        self._at = 0

    def read_frame(self, unpack: Any = None) -> tuple[int, int, bytes]:
        """The next frame as (type, channel, payload)."""
        while (frame := self.buffered()) is None:
            try:
                chunk = self._quick_recv(_READ)
            except TimeoutError:
                raise
            except OSError:
                self.connected = False
                raise
            if not chunk:
                self.connected = False
                raise ConnectionResetError("the broker closed the connection")
            self._pieces = self._pieces[self._at :] + chunk
            self._at = 0
        return frame

    def buffered(self) -> tuple[int, int, bytes] | None:
        """A frame that is here already; none when the socket must be asked."""
        pieces, at = self._pieces, self._at
        if len(pieces) - at < 8:
            return None
        kind, channel, size = unpack_from(">BHI", pieces, at)
        end = at + 7 + size
        if len(pieces) <= end:
            return None
        if pieces[end] != _FRAME_END:
            raise UnexpectedFrame("a frame does not end where it says")
        self._at = end + 1
        return kind, channel, pieces[at + 7 : end]


def delivering_frames(
    connection: Any, callback: Callable[..., None]
) -> Callable[[tuple[int, int, bytes]], bool]:
    """A frame handler for `amqp.Connection`: deliveries go to `connection.on_delivery`, the rest as ever."""
    ordinary = frame_handler(connection, callback)
    coming: dict[int, _Coming] = {}

    def on_frame(frame: tuple[int, int, bytes]) -> bool:
        kind, channel, payload = frame
        if kind == _METHOD and payload.startswith(_DELIVER):
            connection.bytes_recv += 1
            coming[channel] = _Coming(payload)
            return False
        partial = coming.get(channel)
        if partial is None or kind not in (_HEADER, _BODY):
            return bool(ordinary(frame))
        connection.bytes_recv += 1
        if kind == _HEADER:
            partial.header = payload
            (partial.missing,) = unpack_from(">Q", payload, 4)
        else:
            partial.chunks.append(payload)
            partial.missing -= len(payload)
        if partial.missing > 0:
            return False
        del coming[channel]
        connection.on_delivery(partial.delivery())
        return True

    return on_frame


class _Coming:
    """A delivery of which not every frame is there yet."""

    __slots__ = ("chunks", "header", "method", "missing")

    def __init__(self, method: bytes) -> None:
        self.method = method
        self.header = b""
        self.missing = 0
        self.chunks: list[bytes] = []

    def delivery(self) -> Delivery:
        size = self.method[4]
        tag, redelivered = unpack_from(">QB", self.method, 5 + size)
        consumer = self.method[5 : 5 + size].decode("utf-8", "replace")
        body = self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)
        return Delivery(tag, consumer, bool(redelivered), self.header, body)


def publish_frames(
    channel: int, exchange: str, routing_key: str, properties: Mapping[str, Any], body: bytes, frame_max: int
) -> bytes:
    """The frames of one mandatory `basic.publish`.

    Raises:
        ValueError: something in it has no place in AMQP (a name over 255 bytes, a header of an unknown kind).
    """
    try:
        route = _short(exchange) + _short(routing_key)
        head = _properties(properties)
    except (struct_error, TypeError, OverflowError, AttributeError, FrameSyntaxError, RecursionError) as exc:
        raise ValueError(f"not publishable ({type(exc).__name__})") from exc
    method = _PUBLISH + route + _MANDATORY
    header = pack(">HHQ", spec.Basic.CLASS_ID, 0, len(body)) + head
    frames = [_frame(_METHOD, channel, method), _frame(_HEADER, channel, header)]
    step = frame_max - 8
    frames += (_frame(_BODY, channel, body[at : at + step]) for at in range(0, len(body), step))
    return b"".join(frames)


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return pack(">BHI", kind, channel, len(payload)) + payload + _END


def _properties(properties: Mapping[str, Any]) -> bytes:
    flags, parts = 0, []
    for name, (flag, write) in _WRITERS.items():
        value = properties.get(name)
        if value is not None:
            flags |= flag
            parts.append(write(value))
    return pack(">H", flags) + b"".join(parts)


def _short(value: str | bytes) -> bytes:
    text = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else bytes(value)
    return pack("B", len(text)) + text


def _table(value: Mapping[str, Any]) -> bytes:
    return bytes(dumps("F", [value]))


def _octet(value: int) -> bytes:
    return pack("B", value)


def _long_long(value: int) -> bytes:
    return pack(">Q", value)


_KINDS: dict[str, Callable[[Any], bytes]] = {"s": _short, "F": _table, "o": _octet, "L": _long_long}
_WRITERS = {name: (1 << (15 - place), _KINDS[kind]) for place, (name, kind) in enumerate(Message.PROPERTIES)}
