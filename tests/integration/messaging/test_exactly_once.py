"""Duplicates, reordering and deaths at the worst moments: every event has its effect once."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.findings import FINDING_ACCEPTED_V1
from shared.contracts.notifications import SCHEMAS as NOTICES
from shared.persistence.ids import new_id
from tests.integration.messaging.events import posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


def test_duplicates_in_one_batch_and_later_have_no_second_effect(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    events = [posted() for _ in range(30)]
    copies = events * 4
    random.Random(7).shuffle(copies)
    broker.say(*copies)
    until(lambda: running.consumed("applied") + running.consumed("duplicate") == 120, what="all dealt with")
    broker.say(*events)
    until(lambda: running.consumed("duplicate") == 120, what="the late copies too")
    assert store.effects() == {event.subject: 1 for event in events}


def test_trap_9_two_workers_at_once_share_the_work_and_no_effect_is_doubled(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    one, two = worker().start(), worker().start()
    events = [posted() for _ in range(60)]
    copies = events * 3
    random.Random(3).shuffle(copies)
    broker.say(*copies)

    def dealt() -> int:
        return sum(
            each.consumed(outcome) for each in (one, two) for outcome in ("applied", "duplicate", "stale")
        )

    until(lambda: dealt() == 180, 30, "all dealt with")
    assert store.effects() == {event.subject: 1 for event in events}
    assert store.parked() == []


def test_an_older_event_after_a_newer_one_is_stale(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    first = posted()
    later = [posted(subject=first.subject, sequence=n, type=FINDING_ACCEPTED_V1) for n in (2, 3)]
    broker.say(later[1], first, later[0])
    until(lambda: running.consumed("stale") == 1 and running.consumed("stale", FINDING_ACCEPTED_V1) == 1)
    row = store.database.collection("effects").find_one({"_id": first.subject})
    assert row is not None
    assert row["sequences"] == [3]


def test_a_missing_predecessor_is_not_waited_for(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    worker().start()
    event = posted(sequence=17)
    broker.say(event)
    until(lambda: store.effects() == {event.subject: 1})


def test_a_known_type_without_a_handler_is_ignored(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    broker.say(posted(type="finding.planned.v1"))
    until(lambda: running.consumed("ignored", "finding.planned.v1") == 1)
    assert store.effects() == {}
    assert store.parked() == []


def test_kill_9_between_commit_and_ack_the_redelivery_has_no_second_effect(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    flag = tmp_path / "died"
    running = worker(TEST_DIE_AT="before_ack", TEST_DIE_FLAG=str(flag)).start()
    events = [posted() for _ in range(40)]
    broker.say(*events)
    running.process.wait(15)
    assert flag.exists()
    applied = len(store.effects())
    assert applied > 0, "it died after a commit"
    running.start()
    until(lambda: len(store.effects()) == 40)
    until(lambda: running.consumed("duplicate") >= applied, what="what was committed came again")
    assert set(store.effects().values()) == {1}
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0


def test_kill_9_in_a_handler_nothing_of_the_batch_has_happened_and_all_of_it_happens_later(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    flag = tmp_path / "killed"
    running = worker().start()
    events = [*(posted() for _ in range(20)), posted(f"kill_once:{flag}"), *(posted() for _ in range(20))]
    broker.say(*events)
    running.process.wait(15)
    running.start()
    until(lambda: len(store.effects()) == 41)
    assert set(store.effects().values()) == {1}


def test_trap_25_a_batch_with_a_failing_event_leaves_nothing_of_the_failing_one(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    worker().start()
    bad = posted("raise")
    broker.say(*(posted() for _ in range(10)), bad)
    until(store.parked, 15)
    assert bad.subject not in store.effects()
    assert store.database.collection("inbox").count_documents({"_id": f"findings|{bad.subject}"}) == 0


def test_the_catch_all_hears_every_known_type_of_its_source(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    assert "notice.signed.v1" in NOTICES
    running = worker().start()
    data: dict[str, Any] = notice()
    event = replace(
        posted(), type="notice.signed.v1", source="notifications", data=data, subject=data["notice"]
    )
    broker.say(event)
    until(lambda: store.effects() == {event.subject: 1}, what=running.tail())


def notice() -> dict[str, Any]:
    """A valid notice for whatever the contract asks of one."""
    schema = NOTICES["notice.signed.v1"]()
    moment = "2026-02-11T14:00:00+08:00"
    values: dict[str, Any] = {}
    for name, field in schema.fields.items():
        if not field.required:
            continue
        kind = type(field).__name__
        values[name] = {
            "Moment": moment, "Integer": 1, "Boolean": True, "List": [], "Dict": {},
            "Nested": {"move": "sign", "at": moment},
        }.get(kind, new_id())  # fmt: skip
        for validator in field.validators:
            values[name] = next(iter(getattr(validator, "choices", [values[name]])))
    return values


def test_a_late_stop_loses_nothing_while_events_pour_in(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    events = [posted() for _ in range(600)]
    broker.say(*events[:300])
    running.process.terminate()
    broker.say(*events[300:])
    assert running.process.wait(25) == 0
    running.start()
    until(lambda: len(store.effects()) == 600, 30)
    time.sleep(0.5)
    assert set(store.effects().values()) == {1}
    assert store.parked() == []
