"""`make replay`: everything made anew of the archive, while events go on arriving, and the same as before."""

import threading

import pytest
from rich.progress import Progress

from services.reporting import reconcile, replay
from services.reporting.adapters.measures import MEASURES
from services.reporting.adapters.mongo import BALANCES, CASES, PROJECTED
from services.reporting.adapters.projection import NEXT, PROJECTION, TOUCHED
from services.reporting.adapters.rollups import NEWS, ROLLUPS, fold
from services.reporting.adapters.searching import ARCHIVE, FACTS
from shared.persistence.errors import UnavailableError
from shared.persistence.indexes import missing_indexes
from tests.integration.reporting.conftest import Worker
from tests.unit.reporting.world import VILLAGE, World, case, life, measured, moved

pytestmark = pytest.mark.needs_mongo
SILENT = Progress(disable=True)


@pytest.fixture(autouse=True)
def empty(app):
    """Before each test."""
    for name in app.database.client[app.database.name].list_collection_names():
        app.database.collection(name).delete_many({})


def kept(app, name):
    return {row["_id"]: row for row in app.database.collection(name).find()}


def standing(app):
    """All that follows from the archive, with nothing left to be folded."""
    while app.database.transact(fold):
        pass
    balances = {area: row for area, row in kept(app, BALANCES).items() if row["counts"]}
    return {name: kept(app, name) for name in (FACTS, CASES, MEASURES, ROLLUPS)} | {BALANCES: balances}


def events(first, last):
    made = [event for n in range(first, last) for event in life(f"f-{n:03}")]
    return [*made, case("case-1", [f"f-{n:03}" for n in range(first, last)], last)]


def test_what_is_made_anew_is_what_was_there(app, worker):
    measures = [
        measured("m-1", "served", 2, served=True, findings=["f-001"]),
        measured("m-1", findings=["f-001"]),
        measured("m-2", findings=[], areas=[VILLAGE]),
    ]
    worker.deliver(*events(0, 12), moved("f-100", "withdrawn", 3), *measures)
    before = standing(app)
    assert replay.replayed(app, SILENT) == (13, 0)
    assert standing(app) == before
    assert missing_indexes(app.database.client[app.database.name], app.indexes) == []
    assert not [one for one in app.database.client[app.database.name].list_collection_names() if NEXT in one]
    assert reconcile.recounted(app, SILENT) == (13, [])


def test_what_was_spoilt_is_whole_again(app, worker):
    worker.deliver(*events(0, 6))
    before = standing(app)
    app.database.collection(FACTS).delete_one({"_id": "f-003"})
    app.database.collection(BALANCES).update_many({}, {"$set": {"counts": [["closed", 99]]}})
    app.database.collection(ROLLUPS).delete_many({"_id": {"$regex": "^found"}})
    _, faults = reconcile.recounted(app, SILENT)
    assert {fault.partition(" ")[0] for fault in faults} == {"fact", "counters", "rollup"}
    replay.replayed(app, SILENT)
    assert standing(app) == before


def test_events_that_arrive_meanwhile_are_in_it(app, worker):
    worker.deliver(*events(0, 10))
    going_on, stop = Worker(app), threading.Event()
    delivered = []

    def deliver():
        n = 10
        while not stop.is_set():
            batch = events(n, n + 2)
            try:
                going_on.deliver(*batch)
            except UnavailableError:
                continue
            delivered.extend(batch)
            n += 2

    consumer = threading.Thread(target=deliver)
    consumer.start()
    try:
        for _ in range(3):
            replay.replayed(app, SILENT)
    finally:
        stop.set()
        consumer.join(60)
    twin = World()
    twin.deliver(*events(0, 10), *delivered)
    assert delivered
    assert {fact.id: fact for fact in worker.facts()} == twin.facts()
    assert reconcile.recounted(app, SILENT) == (len(twin.facts()), [])
    assert app.database.collection(ARCHIVE).count_documents({}) == len(twin.archived())


def test_workers_wait_while_the_collections_change_their_names(app, worker):
    worker.deliver(*events(0, 3))
    replay._say(app, swapping=True)
    with pytest.raises(UnavailableError):
        worker.deliver(moved("f-900"))
    assert app.database.collection(ARCHIVE).count_documents({"findings": "f-900"}) == 0


@pytest.mark.parametrize("renamed", [0, 2])
def test_a_replay_that_died_while_swapping_is_finished_by_the_next(app, worker, renamed):
    worker.deliver(*events(0, 4))
    before = standing(app)
    replay._begin(app)
    replay._make(app, SILENT)
    worker.deliver(moved("f-050"))
    worker.deliver(measured("m-1", findings=[]))
    replay._index(app)
    replay._say(app, swapping=True)
    if renamed:
        while replay.catch_up(app)[0]:
            pass
    for name in PROJECTED[:renamed]:
        app.database.collection(name + NEXT).rename(name, dropTarget=True)
    replay.replayed(app, SILENT)
    assert set(standing(app)[FACTS]) == {*before[FACTS], "f-050"}
    assert set(standing(app)[MEASURES]) == {"m-1"}
    assert worker.deliver(moved("f-051")) == ["applied"]
    assert reconcile.recounted(app, SILENT) == (6, [])


def test_one_that_fails_before_the_swap_leaves_what_is_in_use(app, worker, monkeypatch):
    worker.deliver(*events(0, 2))
    before = standing(app)
    replay._begin(app)
    worker.deliver(moved("f-050"))
    monkeypatch.setattr(replay, "catch_up", _fails)
    with pytest.raises(RuntimeError):
        replay._swap(app)
    assert set(standing(app)[FACTS]) == {*before[FACTS], "f-050"}
    assert worker.deliver(moved("f-051")) == ["applied"]


def _fails(app):
    raise RuntimeError("made up")


def test_facts_that_are_older_than_the_rollups_are_asked_themselves(app, worker, api):
    worker.deliver(*events(0, 3))
    app.database.collection(PROJECTION).delete_many({})
    app.database.collection(ROLLUPS).delete_many({})
    app.database.collection(NEWS).delete_many({})
    worker.deliver(*events(3, 4))
    assert api.get("/statistics?by=status")["total"]["posted"] == 4
    assert "make replay" in reconcile.recounted(app, SILENT)[1][0]
    replay.replayed(app, SILENT)
    assert api.get("/statistics?by=status")["total"]["posted"] == 4
    assert reconcile.recounted(app, SILENT) == (4, [])
    assert kept(app, TOUCHED) == {}
