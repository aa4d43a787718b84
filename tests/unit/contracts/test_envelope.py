"""The envelope: what was encoded is decoded, and whatever else arrives is refused with a reason, never repeated."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import registry
from shared.contracts.envelope import Event, decode, encode
from shared.contracts.errors import ContractError, UnknownTypeError

EVENT = Event(
    id="01a2",
    source="findings",
    type="finding.posted.v1",
    subject="f1",
    time=datetime(2026, 2, 3, 1, 10, tzinfo=UTC),
    sequence=3,
    correlationid="c1",
    causationid="e0",
    data={"finding": "f1", "description": "没有消杀记录"},
)


def changed(**changes: Any) -> bytes:
    wire = json.loads(encode(EVENT))
    wire.update(changes)
    return json.dumps({name: value for name, value in wire.items() if value != "gone"}).encode()


def test_an_event_comes_back_as_it_went() -> None:
    assert decode(encode(EVENT)) == EVENT


def test_the_wire_form_is_cloudevents_1_0() -> None:
    wire = json.loads(encode(EVENT))
    assert wire["specversion"] == "1.0"
    assert wire["source"] == "/findings"
    assert wire["datacontenttype"] == "application/json"
    assert wire["sequence"] == 3


def test_a_sequence_written_as_text_is_understood() -> None:
    assert decode(changed(sequence="3")).sequence == 3


def test_without_a_correlation_an_event_starts_its_own() -> None:
    assert decode(changed(correlationid="gone")).correlationid == EVENT.id


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 200_000,
        changed(specversion="0.1"),
        changed(id="gone"),
        changed(id=5),
        changed(id="x" * 300),
        changed(source="gone"),
        changed(subject="gone"),
        changed(time="gone"),
        changed(time="yesterday"),
        changed(time="2026-02-03T01:10:00"),
        changed(sequence="gone"),
        changed(sequence=0),
        changed(sequence=True),
        changed(sequence="-1"),
        changed(sequence=1.5),
        changed(data="gone"),
        changed(data=[1]),
        changed(causationid=7),
    ],
)
def test_what_is_no_event_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(ContractError):
        decode(body)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_nothing_else_happens(body: bytes) -> None:
    with pytest.raises(ContractError):
        decode(body)


def test_a_refusal_does_not_repeat_what_it_refuses() -> None:
    with pytest.raises(ContractError) as caught:
        registry.validate("findings", "finding.posted.v1", {"description": "李某某"})
    assert "李某某" not in str(caught.value)
    assert "description" not in str(caught.value)
    assert "number" in str(caught.value)


@pytest.mark.parametrize("type", ["finding.posted.v2", "finding.unheard.v1", ""])
def test_an_unknown_type_or_version_is_told_apart(type: str) -> None:
    with pytest.raises(UnknownTypeError):
        registry.validate("findings", type, {})


def test_every_type_has_a_producer_and_a_version() -> None:
    assert all(type.rpartition(".")[2].startswith("v") for type in registry.TYPES)
    assert all(registry.sources(type) for type in registry.TYPES)
