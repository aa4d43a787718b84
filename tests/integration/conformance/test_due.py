"""What is due is done once: by whatever number of runners, wherever one dies, and whichever document is broken."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.messaging.timekeeper import Timekeeper
from shared.observability import metrics
from shared.persistence.database import Database, MongoDatabase
from shared.persistence.due import PAUSES, Due, DueTurns
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import new_id
from shared.persistence.transaction import Document, Transaction
from tests.integration.conformance.conftest import mongo_uri

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
Act = Callable[[Transaction, str, datetime], None]


def finish(transaction: Transaction, key: str, now: datetime) -> None:
    """What a use case does: reads the document, tells of it, and works out when it is due next (here: never)."""
    document = transaction.get("things", key)
    assert document is not None
    if document.get("broken"):
        raise ValueError("a document that nobody can read")
    transaction.insert("told", {"_id": new_id(), "of": key})
    transaction.replace("things", {"_id": key, "ref": key, "wake_at": None})


def turns(database: Database, act: Act = finish, batch: int = 100) -> DueTurns[Transaction]:
    return DueTurns(database, lambda transaction: transaction, [Due("things", act)], batch)


def due(database: Database, *keys: str, **values: object) -> None:
    """Documents that are due, the first since the longest time."""

    def insert(transaction: Transaction) -> None:
        for place, key in enumerate(keys):
            wake_at = NOW - timedelta(hours=len(keys) - place)
            transaction.insert("things", {"_id": key, "ref": key, "wake_at": wake_at, **values})

    database.transact(insert)


def told(database: Database) -> list[str]:
    rows = database.transact(lambda transaction: transaction.find("told", {}, [("_id", 1)]))
    return [row["of"] for row in rows]


def stored(database: Database, key: str) -> Document:
    found = database.transact(lambda transaction: transaction.get("things", key))
    assert found is not None
    return found


def test_each_is_done_once_in_batches_the_longest_waiting_first(database: Database) -> None:
    due(database, "c", "a", "b")
    database.transact(lambda tx: tx.insert("things", {"_id": "later", "wake_at": NOW + timedelta(seconds=1)}))
    database.transact(lambda tx: tx.insert("things", {"_id": "never", "wake_at": None}))
    runner = turns(database, batch=2)
    assert (runner.turn(NOW), told(database)) == (True, ["c", "a"])
    assert (runner.turn(NOW), told(database)) == (False, ["c", "a", "b"])
    assert (runner.turn(NOW), told(database)) == (False, ["c", "a", "b"])


def test_one_that_fails_costs_only_itself_and_is_put_off_longer_each_time(database: Database) -> None:
    due(database, "a", "b", "c")
    database.transact(lambda tx: tx.replace("things", {**stored_in(tx, "b"), "broken": True}))
    now, before = NOW, put_off()
    for times, pause in enumerate((*PAUSES, PAUSES[-1]), 1):
        assert not turns(database).turn(now)
        assert stored(database, "b")["put_off"] == {"until": now + pause, "times": times}
        # Another process knows of it, too: nothing is tried before its time.
        turns(database, _never).turn(now + pause - timedelta(seconds=1))
        now += pause
    assert (told(database), put_off() - before) == (["a", "c"], 4)


def test_what_was_put_off_is_tried_at_once_after_it_was_saved_again(database: Database) -> None:
    due(database, "a", broken=True)
    turns(database).turn(NOW)
    mended = {"_id": "a", "ref": "a", "wake_at": NOW}

    def mend(transaction: Transaction) -> None:
        stored_in(transaction, "a")
        transaction.replace("things", mended)

    database.transact(mend)
    turns(database).turn(NOW)
    assert (told(database), "put_off" in stored(database, "a")) == (["a"], False)


def test_those_that_stay_due_keep_nobody_from_their_turn(database: Database) -> None:
    """A batch of them would be found first, and again, for ever."""
    due(database, "stuck-1", "stuck-2", "a")

    def act(transaction: Transaction, key: str, now: datetime) -> None:
        if key == "a":
            finish(transaction, key, now)

    runner = turns(database, act, batch=2)
    assert runner.turn(NOW)
    assert not runner.turn(NOW)
    assert told(database) == ["a"]
    assert stored(database, "stuck-1")["put_off"]["until"] == NOW + PAUSES[0]


def test_a_database_that_does_not_answer_puts_nothing_off(database: Database) -> None:
    due(database, "a", "b")

    def away(transaction: Transaction, key: str, now: datetime) -> None:
        raise UnavailableError("away")

    with pytest.raises(UnavailableError):
        turns(database, away).turn(NOW)
    turns(database).turn(NOW)
    assert told(database) == ["a", "b"]


def test_on_a_slow_machine_batches_become_so_small_that_they_end_in_time(database: Database) -> None:
    keys = [f"{number:02}" for number in range(40)]
    due(database, *keys)
    at_once: list[str] = []

    def slowly(transaction: Transaction, key: str, now: datetime) -> None:
        if len(at_once) == 10:
            raise UnavailableError("the time of the transaction is over")
        at_once.append(key)
        finish(transaction, key, now)

    runner = turns(database, slowly)
    for _ in range(30):
        at_once.clear()
        with suppress(UnavailableError):  # as the timekeeper does
            runner.turn(NOW)
    assert told(database) == keys


@pytest.mark.needs_mongo
def test_a_runner_that_is_overtaken_in_the_middle_finds_nothing_left_to_do(mongo: MongoDatabase) -> None:
    """As when its lease has run out and another has taken it."""
    due(mongo, "a", "b")
    overtaken: list[str] = []

    def slowly(transaction: Transaction, key: str, now: datetime) -> None:
        if not overtaken:
            overtaken.append(key)
            turns(mongo).turn(NOW)
        finish(transaction, key, now)

    turns(mongo, slowly).turn(NOW)
    assert (overtaken, told(mongo)) == (["a"], ["a", "b"])


@pytest.mark.needs_mongo
def test_any_number_of_runners_do_each_once(mongo: MongoDatabase) -> None:
    keys = [f"{number:03}" for number in range(200)]
    due(mongo, *keys)
    done = threading.Event()

    def turn(now: datetime) -> bool:
        more = turns(mongo, batch=20).turn(now)
        if not more:
            done.set()
        return more

    # Each on a lease of its own: what holds without a common one holds with it.
    keepers = [
        Timekeeper(
            act=turn, clock=lambda: NOW, leases=mongo.collection("leases"), owner="a", every=0.01, name=str(n)
        )
        for n in range(3)
    ]
    threads = [threading.Thread(target=keeper.run, daemon=True) for keeper in keepers]
    for thread in threads:
        thread.start()
    assert done.wait(30)
    for keeper, thread in zip(keepers, threads, strict=True):
        keeper.stop()
        thread.join(30)
    assert sorted(told(mongo)) == keys


@pytest.mark.needs_mongo
def test_whoever_is_killed_between_taking_and_finishing_loses_and_repeats_nothing(
    mongo: MongoDatabase,
) -> None:
    due(mongo, "a", "b", "c")
    command = [sys.executable, "-m", "tests.integration.conformance.dying_process", mongo_uri(), mongo.name]
    assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -signal.SIGKILL
    assert told(mongo) == []
    turns(mongo).turn(NOW)
    assert told(mongo) == ["a", "b", "c"]


def put_off() -> float:
    """What the metric counts."""
    return float(metrics.REGISTRY.get_sample_value("duze_due_put_off_total", {"collection": "things"}) or 0)


def _never(_transaction: Transaction, key: str, _now: datetime) -> None:
    pytest.fail(f"{key} was tried before its time")


def stored_in(transaction: Transaction, key: str) -> Document:
    found = transaction.get("things", key)
    assert found is not None
    return found
