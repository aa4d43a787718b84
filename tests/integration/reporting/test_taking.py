"""What the worker does with events on the real database: exact under repetition, disorder and several at once."""

import threading
from collections import Counter, defaultdict

import pytest
from rich.progress import Progress

from services.reporting import reconcile
from services.reporting.adapters import documents
from services.reporting.adapters.archive import EventReader
from services.reporting.adapters.mongo import BALANCES
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.domain.fact import rebuild
from tests.integration.reporting.conftest import Worker
from tests.unit.reporting.world import NOW, World, case, chunks, life, moved

pytestmark = pytest.mark.needs_mongo


@pytest.fixture(autouse=True)
def empty(app):
    """Before each test."""
    for name in app.database.client[app.database.name].list_collection_names():
        app.database.collection(name).delete_many({})


def counters(app):
    rows = app.database.collection(BALANCES).find()
    return {row["_id"]: counts for row in rows if (counts := dict(row["counts"]))}


def test_the_real_database_keeps_what_its_twin_keeps(app, worker):
    twin, events = World(), [event for n in range(20) for event in life(f"f-{n}")]
    twin.deliver(*events)
    worker.deliver(*reversed(events), *events)
    assert {fact.id: fact for fact in worker.facts()} == twin.facts()
    assert counters(app) == twin.balances()
    assert app.database.collection(ARCHIVE).count_documents({}) == len(events)


def test_the_outcomes_tell_fresh_from_stale_and_repeated(worker):
    first, second = moved("f-1"), moved("f-1", "accepted", 2)
    assert worker.deliver(second, first, second, first) == ["applied", "stale", "duplicate", "duplicate"]


def test_several_sources_at_once_lose_nothing_and_repeat_nothing(app):
    """As in the worker: a consumer for each source, all about the same findings and areas."""
    by_source = defaultdict(list)
    for step in zip(*(life(f"f-{n}") for n in range(150)), strict=True):
        for event in step:
            by_source[event.source].append(event)
    runs: Counter[str] = Counter()
    make = app.unit_of_work

    def counted(transaction):
        runs["attempts"] += 1
        return make(transaction)

    app.unit_of_work = counted
    try:
        consumers = [
            threading.Thread(target=Worker(app).deliver, args=events) for events in by_source.values()
        ]
        for consumer in consumers:
            consumer.start()
        for consumer in consumers:
            consumer.join(60)
    finally:
        del app.unit_of_work
    batches = sum(len(list(chunks(events, 100))) for events in by_source.values())
    assert runs["attempts"] == batches
    assert counters(app) == {"990100001001": {"closed": 150, "assigned": 150, "noticed": 150}}
    assert reconcile.recounted(app, Progress(disable=True)) == (150, [])


def test_the_archive_makes_a_fact_again_also_when_its_case_went_on_without_it(app, worker):
    worker.deliver(
        moved("f-1"), case("case-1", ["f-1"]), case("case-1", [], 3, "closed"), case("case-1", ["f-1"], 2)
    )
    (fact,) = worker.facts()
    assert fact.cases == {}
    assert rebuild("f-1", EventReader(app.database).told(["f-1"])["f-1"]) == fact
    assert reconcile.recounted(app, Progress(disable=True)) == (1, [])


def test_events_of_a_past_moment_are_those_told_before_it(app, worker):
    first, second = moved("f-1"), moved("f-1", "accepted", 2, NOW.replace(hour=5))
    worker.deliver(first, second)
    assert EventReader(app.database).told(["f-1"], before=second.time) == {"f-1": [first]}


def test_a_batch_that_fails_leaves_nothing_behind(app, worker):
    broken = moved("f-2")
    # The registry has let it through; what follows from it cannot be made.
    del broken.data["flags"], broken.data["change"]
    with pytest.raises(KeyError):
        worker.deliver(moved("f-1"), broken)
    assert worker.facts() == []
    assert app.database.collection(ARCHIVE).count_documents({}) == 0
    assert counters(app) == {}


def test_a_fact_is_found_under_its_area_and_its_units(app, worker):
    worker.deliver(moved("f-1", units=["990100002", "990100301"]))
    (row,) = app.database.collection(FACTS).find()
    assert row["reach"] == ["990100", "990100001", "990100001001", "990100002", "990100301"]
    assert documents.to_fact(row) == worker.facts()[0]
