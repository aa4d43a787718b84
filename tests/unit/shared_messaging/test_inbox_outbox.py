"""Inbox and outbox: an effect happens once and never after a newer one; what is said is kept with the change."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.errors import ContractError
from shared.messaging import inbox, outbox
from shared.observability.context import Context, bind
from shared.persistence.memory import MemoryDatabase

NOW = datetime(2026, 2, 3, tzinfo=UTC)
CHANGE = {"move": "queued", "at": "2026-02-03T09:00:00+08:00"}
NOTICE: dict[str, Any] = {
    "notice": "n1",
    "recipient": "C001",
    "event": "e0",
    "event_type": "warning.issued.v1",
    "status": "queued",
    "channels": ["inbox"],
    "queued_at": "2026-02-03T09:00:00+08:00",
    "version": 1,
    "change": CHANGE,
}


def event(number: int, subject: str = "n1") -> Event:
    return Event(
        f"{subject}-{number}", "notifications", "notice.queued.v1", subject, NOW, number, "c", None, {}
    )


def outcomes(database: MemoryDatabase, *events: Event) -> list[str]:
    return database.transact(lambda tx: [claimed.outcome for claimed in inbox.claim(tx, events, NOW)])


def test_the_same_event_twice_is_a_duplicate_within_and_across_batches() -> None:
    database = MemoryDatabase()
    assert outcomes(database, event(1), event(1)) == ["fresh", "duplicate"]
    assert outcomes(database, event(1)) == ["duplicate"]


def test_an_older_one_is_stale_and_a_gap_is_not_waited_for() -> None:
    database = MemoryDatabase()
    assert outcomes(database, event(3), event(1)) == ["fresh", "stale"]
    assert outcomes(database, event(2), event(4)) == ["stale", "fresh"]


def test_one_that_was_overtaken_is_a_duplicate_when_it_comes_again() -> None:
    database = MemoryDatabase()
    assert outcomes(database, event(3), event(1), event(1)) == ["fresh", "stale", "duplicate"]
    assert outcomes(database, event(1)) == ["duplicate"]


def test_of_long_ago_nothing_is_fresh_again_and_the_row_does_not_grow() -> None:
    database = MemoryDatabase()
    many = [event(number) for number in range(1, 3 * inbox.REMEMBERED)]
    assert set(outcomes(database, *many)) == {"fresh"}
    assert "fresh" not in outcomes(database, *many)
    (row,) = database.collections["inbox"].values()
    assert len(row["taken"]) == inbox.REMEMBERED


def test_subjects_do_not_disturb_each_other() -> None:
    assert outcomes(MemoryDatabase(), event(5, "a"), event(1, "b")) == ["fresh", "fresh"]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20), st.integers(1, 5))
def test_whatever_the_order_the_newest_has_its_effect_last_and_once(numbers: list[int], size: int) -> None:
    database, applied = MemoryDatabase(), []
    for start in range(0, len(numbers), size):
        batch = [event(number) for number in numbers[start : start + size]]

        def work(tx, batch=batch):
            return [c.event.sequence for c in inbox.claim(tx, batch, NOW) if c.outcome == "fresh"]

        applied += database.transact(work)
    assert applied == sorted(set(applied))
    assert applied[-1] == max(numbers)


def published(database: MemoryDatabase, data: dict) -> Event:
    return database.transact(
        lambda tx: outbox.publish(
            tx, source="notifications", type="notice.queued.v1", subject="n1", sequence=1, data=data, now=NOW
        )
    )


def test_an_event_is_kept_ready_to_send() -> None:
    database = MemoryDatabase()
    said = published(database, NOTICE)
    row = database.collections["outbox"][said.id]
    assert (row["state"], row["type"]) == ("pending", "notice.queued.v1")
    assert decode(row["body"]) == said
    assert "audit" not in database.collections


def test_what_breaks_the_contract_is_never_kept() -> None:
    database = MemoryDatabase()
    with pytest.raises(ContractError):
        published(database, {**NOTICE, "status": "lost"})
    assert database.collections == {}


def test_an_event_carries_the_correlation_and_its_cause() -> None:
    with bind(Context("request-1", "event-1")):
        said = published(MemoryDatabase(), NOTICE)
    assert (said.correlationid, said.causationid) == ("request-1", "event-1")


def test_what_no_event_caused_names_its_request_or_itself() -> None:
    with bind(Context("request-1")):
        asked = published(MemoryDatabase(), NOTICE)
    by_a_timer = published(MemoryDatabase(), NOTICE)
    assert (asked.correlationid, asked.causationid) == ("request-1", "request-1")
    assert (by_a_timer.correlationid, by_a_timer.causationid) == (by_a_timer.id, by_a_timer.id)


def test_what_is_personal_stays_with_the_service() -> None:
    database = MemoryDatabase()
    said = published(database, {**NOTICE, "change": {**CHANGE, "note": "电话13800001234"}})
    assert said.data["change"]["note"] == "电话138****1234"
    row = database.collections["outbox"][said.id]
    assert decode(row["body"]) == said


def test_what_a_person_does_leaves_an_audit_row() -> None:
    database = MemoryDatabase()
    with bind(Context("request-1", actor=Claims("u1", "office", "990100"), action="POST /x")):
        published(database, NOTICE)
    (row,) = database.collections["audit"].values()
    assert (row["actor"], row["action"], row["subject"]) == ("u1", "notice.queued.v1", "n1")
