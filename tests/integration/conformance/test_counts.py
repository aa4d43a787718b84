"""What is counted beside the documents agrees with them after any history, on both kinds of database."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.persistence import counts, counts_cli
from shared.persistence.client import open_client
from shared.persistence.counts import Counts, fold
from shared.persistence.database import Database, MongoDatabase
from shared.persistence.derived import CHANGES, Derivation
from shared.persistence.ids import new_id, utc_now
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction
from tests.integration.conformance.conftest import mongo_uri

DERIVATION = Derivation(counted={"things": ("area", "open"), "notes": ()})
AREAS = ("990100001001", "990100001002")


class DeliberateError(Exception):
    """Ends a transaction that is to leave nothing."""


@pytest.fixture
def mongo() -> Iterator[MongoDatabase]:
    client = open_client(mongo_uri(), "conformance")
    database = MongoDatabase(client, f"counts_{new_id()[-12:]}", DERIVATION)
    yield database
    client.drop_database(database.name)
    client.close()


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.needs_mongo)])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "memory":
        return MemoryDatabase((), DERIVATION)
    found: Database = request.getfixturevalue("mongo")
    return found


def told(database: Database) -> "Counter[tuple[Any, ...]]":
    """What the rows say all together."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in database.transact(lambda tx: tx.find(CHANGES, {})):
        for cell in row["cells"]:
            found[(cell["of"], *cell["kind"])] += cell["n"]
    return +found


def there(database: Database) -> "Counter[tuple[Any, ...]]":
    """What there is, counted one by one."""

    def work(tx: Transaction) -> "Counter[tuple[Any, ...]]":
        things = Counter(("things", one.get("area"), one.get("open")) for one in tx.find("things", {}))
        return things + Counter(("notes",) for _ in tx.find("notes", {}))

    return database.transact(work)


def add_note(database: Database, key: str) -> None:
    database.transact(lambda tx: tx.insert("notes", {"_id": key}))


def live(database: Database, seed: int) -> None:
    """A history: some transactions fail, some go back to a savepoint, some write without having read."""
    chance = random.Random(seed)

    def act(tx: Transaction) -> None:
        key, area = f"t{chance.randint(0, 9)}", chance.choice(AREAS)
        read = {"_id": key, "area": area, "open": chance.random() < 0.5}
        acts: list[Callable[[], object]] = [
            lambda: tx.insert("notes", {"_id": new_id()}),
            lambda: tx.delete("things", key),
            lambda: tx.get("things", key),
            lambda: tx.replace("things", read),
            lambda: tx.replace("things", {"_id": key, "area": area}),
            lambda: tx.find("things", {"area": area}),
        ]
        chance.choice(acts)()

    def step(tx: Transaction) -> None:
        for _ in range(chance.randint(1, 6)):
            back = tx.savepoint() if chance.random() < 0.2 else None
            act(tx)
            if back is not None:
                back()
        if chance.random() < 0.2:
            raise DeliberateError

    for _ in range(25):
        try:
            database.transact(step)
        except DeliberateError:
            continue


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_say_what_there_is_after_any_history(database: Database, seed: int) -> None:
    live(database, seed)
    assert told(database) == there(database)
    assert there(database)


def test_what_changes_nothing_that_is_counted_adds_no_row(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", {"_id": "a", "area": AREAS[0], "open": True}))
    rows = database.transact(lambda tx: len(tx.find(CHANGES, {})))

    def work(tx: Transaction) -> None:
        found = tx.get("things", "a")
        assert found is not None
        tx.replace("things", {**found, "text": "another"})
        tx.insert("others", {"_id": "b"})

    database.transact(work)
    assert database.transact(lambda tx: len(tx.find(CHANGES, {}))) == rows


@pytest.mark.needs_mongo
@pytest.mark.parametrize("begun", [False, True])
def test_counters_and_rows_together_are_exact_at_any_time(mongo: MongoDatabase, begun: bool) -> None:
    kept = Counts(mongo)
    if begun:
        kept.keep(utc_now())
    for seed in range(3):
        live(mongo, seed)
        found = there(mongo)
        for _ in range(2):  # before and after the folding
            assert {("things", *kind): n for kind, n in kept.of("things").items()} == {
                kind: n for kind, n in found.items() if kind[0] == "things"
            }
            assert kept.number("notes") == found["notes",]
            assert kept.differences() == []
            fold(mongo)
    assert mongo.collection(CHANGES).count_documents({}) == 0


@pytest.mark.needs_mongo
def test_the_first_turn_counts_what_was_there_before_anybody_kept_counters(mongo: MongoDatabase) -> None:
    mongo.collection("things").insert_many([{"_id": str(n), "area": AREAS[n % 2]} for n in range(5)])
    assert Counts(mongo).keep(utc_now()) is False
    kinds = {(AREAS[0], None): 3, (AREAS[1], None): 2}
    assert Counts(mongo).of("things") == kinds
    by_other = MongoDatabase(mongo.client, mongo.name, Derivation(counted={"things": ("area",)}))
    assert Counts(by_other).of("things") == {
        (AREAS[0],): 3,
        (AREAS[1],): 2,
    }  # not yet counted by these fields
    Counts(by_other).keep(utc_now())
    assert Counts(by_other).differences() == []


@pytest.mark.needs_mongo
def test_a_counter_that_was_tampered_with_is_told(mongo: MongoDatabase) -> None:
    mongo.transact(lambda tx: tx.insert("things", {"_id": "a", "area": AREAS[0], "open": True}))
    Counts(mongo).keep(utc_now())
    mongo.collection(counts.COUNTS).update_one({"of": "things"}, {"$inc": {"n": 1}})
    assert Counts(mongo).differences() == [f"things ['{AREAS[0]}', True]: kept 2, counted 1"]
    assert counts_cli.faults(MongoDatabase(mongo.client, mongo.name)) == Counts(mongo).differences()
    Counts(mongo).recount()
    assert Counts(mongo).differences() == []
    assert counts_cli.faults(MongoDatabase(mongo.client, mongo.name)) == []


@pytest.mark.needs_mongo
def test_where_nobody_keeps_counts_there_is_nothing_to_compare(mongo: MongoDatabase) -> None:
    assert counts_cli.faults(MongoDatabase(mongo.client, mongo.name)) is None


@pytest.mark.needs_mongo
def test_many_rows_are_folded_in_turns(mongo: MongoDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "BATCH", 3)
    for n in range(7):
        add_note(mongo, str(n))
    mongo.collection(counts.COUNTS).insert_one(
        {"_id": "begun", "counted": [["notes"], ["things", "area", "open"]]}
    )
    assert [Counts(mongo).keep(utc_now()) for _ in range(3)] == [True, True, False]
    assert Counts(mongo).number("notes") == 7
