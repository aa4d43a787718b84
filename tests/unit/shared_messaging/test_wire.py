"""Frames, however they are cut into pieces, become the same deliveries; what a header holds costs only itself."""

import contextlib
from struct import pack
from typing import Any

import pytest
from amqp import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.wire import (
    BufferedTransport,
    Delivery,
    UnreadablePropertiesError,
    delivering_frames,
    publish_frames,
)

FRAME_MAX = 4096


class Fed(BufferedTransport):
    """A transport whose socket gives these pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__("nowhere", 1)
        self.left = pieces

    def _quick_recv(self, _size: int) -> bytes:
        if not self.left:
            return b""
        piece = self.left.pop(0)
        if not piece:
            raise TimeoutError
        return piece


class Connection:
    """As much of a connection as the frame handler needs."""

    def __init__(self) -> None:
        self.bytes_recv = 0
        self.deliveries: list[Delivery] = []
        self.on_delivery = self.deliveries.append


def delivered(tag: int, body: bytes, properties: dict[str, Any]) -> bytes:
    """What the broker sends for one message."""
    method = pack(">HH", 60, 60) + b"\x01q" + pack(">QB", tag, 0) + b"\x02ex\x03key"
    frames = publish_frames(1, "ex", "key", properties, body, FRAME_MAX)
    # The content is the same in both directions; only the method before it differs.
    (size,) = (int.from_bytes(frames[3:7], "big"),)
    return pack(">BHI", 1, 1, len(method)) + method + b"\xce" + frames[7 + size + 1 :]


def read(pieces: list[bytes], count: int) -> list[Delivery]:
    transport, connection = Fed(pieces), Connection()
    on_frame = delivering_frames(connection, lambda *_: None)
    while len(connection.deliveries) < count:
        try:
            on_frame(transport.read_frame())
        except TimeoutError:
            continue
    return connection.deliveries


@settings(deadline=None)
@given(
    st.lists(st.binary(max_size=3 * FRAME_MAX), min_size=1, max_size=4),
    st.lists(st.integers(1, 500), min_size=1, max_size=20),
)
def test_however_the_bytes_arrive_the_messages_are_the_same(bodies: list[bytes], cuts: list[int]) -> None:
    properties = {"message_id": "m", "application_headers": {"a": 1}}
    stream = b"".join(delivered(tag, body, properties) for tag, body in enumerate(bodies, start=1))
    pieces: list[bytes] = []
    at = 0
    while at < len(stream):
        size = cuts[len(pieces) % len(cuts)]
        pieces += [stream[at : at + size], b""]  # and a time-out after each
        at += size
    found = read(pieces, len(bodies))
    assert [one.body for one in found] == bodies
    assert [one.tag for one in found] == list(range(1, len(bodies) + 1))
    assert {one.consumer for one in found} == {"q"}
    assert all(one.properties == properties for one in found)


def test_an_end_in_the_middle_of_a_frame_is_an_end_of_the_connection() -> None:
    transport = Fed([delivered(1, b"x", {})[:10]])
    with pytest.raises(ConnectionResetError):
        transport.read_frame()
    assert not transport.connected


def test_properties_are_written_as_the_library_would_write_them() -> None:
    properties: dict[str, Any] = {
        "content_type": "t",
        "application_headers": {"text": "督", "number": 5, "list": [1], "table": {"x": True}, "none": None},
        "delivery_mode": 2,
        "priority": 3,
        "message_id": "m",
        "type": "督",
        "user_id": "u",
        "app_id": "a",
    }
    frames = publish_frames(1, "ex", "key", properties, b"body", FRAME_MAX)
    theirs = Message("body", **properties)._serialize_properties()
    assert theirs in frames


@pytest.mark.parametrize(
    "properties",
    [
        {"message_id": "x" * 256},
        {"application_headers": {"x": object()}},
        {"delivery_mode": 300},
    ],
)
def test_what_has_no_place_in_amqp_is_refused_before_it_is_sent(properties: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not publishable"):
        publish_frames(1, "ex", "key", properties, b"", FRAME_MAX)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_for_properties_are_read_or_refused_and_nothing_else_happens(garbage: bytes) -> None:
    delivery = Delivery(1, "q", False, pack(">HHQ", 60, 0, 0) + garbage, b"")
    with contextlib.suppress(UnreadablePropertiesError):
        assert isinstance(delivery.properties, dict)
