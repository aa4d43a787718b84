"""What cannot be kept in the database, or read by the next one, is refused when it is read; the rest comes through."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import LARGEST, Event, decode, encode
from shared.contracts.errors import ContractError
from shared.contracts.strict_json import read_object

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False), TEXT,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=30,
)  # fmt: skip


@settings(deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=5), st.booleans())
def test_whatever_can_be_kept_comes_through(value: dict[str, Any], ascii_only: bool) -> None:
    assert read_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"a": 1} x',
        b"\xef\xbb\xbf{}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": ["x", "\\uD83D"]}',
        b'{"\\udc00": 1}',
        b'{"a\\u0000b": 1}',
        b'{"a": 9223372036854775808}',
        b'{"a": -9223372036854775809}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b'{"a":' * 100_000,
    ],
)
def test_what_cannot_be_kept_is_refused(body: bytes) -> None:
    with pytest.raises(ContractError):
        read_object(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\\ud83d\\ude00"}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\\\ud800"}',
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_what_only_looks_alike_comes_through(body: bytes) -> None:
    assert read_object(body) == json.loads(body)


EVENTS = st.builds(
    Event,
    id=st.text("abc-123", min_size=1, max_size=20),
    source=st.sampled_from(["findings", "reporting"]),
    type=st.just("finding.posted.v1"),
    subject=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    time=st.builds(
        lambda seconds, hours: datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours))),
        st.floats(0, 2e9), st.integers(-12, 12),
    ),
    sequence=st.integers(1, 2**40),
    correlationid=st.text("abc", min_size=1, max_size=20),
    causationid=st.none() | st.text("abc", min_size=1, max_size=20),
    data=st.dictionaries(NAMES, JSON, max_size=4),
)  # fmt: skip


@settings(deadline=None)
@given(EVENTS)
def test_the_cloudevents_library_reads_what_we_write_and_we_read_it_back(event: Event) -> None:
    body = encode(event)
    theirs = JSONFormat().read(None, body)
    assert (theirs.get_id(), theirs.get_type(), theirs.get_time()) == (event.id, event.type, event.time)
    assert (theirs.get_source(), theirs.get_data()) == (f"/{event.source}", event.data)
    assert decode(body) == event


@settings(deadline=None)
@given(EVENTS)
def test_we_read_what_the_cloudevents_library_writes(event: Event) -> None:
    theirs = JSONFormat().read(None, encode(event))
    assert decode(JSONFormat().write(theirs)) == event


def test_an_event_larger_than_any_of_ours_is_refused_unread() -> None:
    with pytest.raises(ContractError, match="too large"):
        decode(b" " * (LARGEST + 1))


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-08:00", "2026-02-30T00:00:00Z"]
)
def test_a_time_no_calendar_of_ours_knows_is_refused(time: str) -> None:
    event = Event(
        "i", "findings", "finding.posted.v1", "s", datetime(2026, 1, 1, tzinfo=UTC), 1, "c", None, {}
    )
    body = encode(event).replace(b"2026-01-01T00:00:00Z", time.encode())
    with pytest.raises(ContractError):
        decode(body)
