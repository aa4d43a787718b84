"""One suite for both kinds of database: what holds for the in-memory twin holds for MongoDB, and the reverse."""

import threading

import pytest

from shared.persistence.client import open_client
from shared.persistence.database import Database, MongoDatabase
from shared.persistence.errors import DuplicateError, UnavailableError
from shared.persistence.indexes import Index, ensure_indexes, missing_indexes
from shared.persistence.transaction import Document, Transaction
from tests.integration.conformance.conftest import INDEXES


def thing(key: str, **values: object) -> dict[str, object]:
    return {"_id": key, "kept": True, "team": "T05", "ref": key, **values}


def seen(database: Database, key: str) -> dict[str, object] | None:
    return database.transact(lambda tx: tx.get("things", key))


def test_what_a_transaction_wrote_is_there_after_it(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1)))
    assert seen(database, "a") == thing("a", n=1)


@pytest.mark.parametrize(
    "after",
    [
        {"n": 2, "in": {"a": 1, "b": [1, 2]}},
        {"n": 1, "in": {"b": [2], "c": {"d": 1}}},
        {"in": {}},
        {"n": 1.0, "in": {"a": {"x.y": 1, "$z": 2}}},
        {"n": None, "in": None, "new": {"a": 1}},
    ],
    ids=str,
)
def test_a_document_that_was_read_becomes_what_it_is_replaced_by(
    database: Database, after: dict[str, object]
) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1, **{"in": {"a": 1, "b": [1]}})))

    def work(tx: Transaction) -> None:
        assert tx.get("things", "a") is not None
        tx.replace("things", thing("a", **after))

    database.transact(work)
    found = seen(database, "a")
    assert found == thing("a", **after)
    assert type(found.get("n")) is type(after.get("n"))


def test_two_changes_of_one_transaction_with_a_question_in_between_add_up(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1, m=1)))

    def work(tx: Transaction) -> None:
        tx.get("things", "a")
        tx.replace("things", thing("a", n=2, m=1))
        assert [one["n"] for one in tx.find("things", {"n": 2})] == [2]
        tx.replace("things", thing("a", n=2, m=2))
        tx.find("things", {"n": 2})
        tx.replace("things", thing("a", n=1, m=2))

    database.transact(work)
    assert seen(database, "a") == thing("a", n=1, m=2)


def test_a_change_of_what_another_changed_meanwhile_is_made_on_top_of_it(mongo: MongoDatabase) -> None:
    mongo.transact(lambda tx: tx.insert("things", thing("a", n=0)))

    def work(tx: Transaction) -> None:
        found = tx.get("things", "a")
        assert found is not None
        tx.replace("things", {**found, "n": found["n"] + 1})

    threads = [threading.Thread(target=mongo.transact, args=(work,)) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = seen(mongo, "a")
    assert found is not None
    assert found["n"] == 5


def test_a_transaction_sees_its_own_writes_before_they_are_sent(database: Database) -> None:
    def work(tx: Transaction) -> list[object]:
        tx.insert("things", thing("a", n=1))
        first = tx.get("things", "a")
        tx.replace("things", thing("a", n=2))
        tx.insert("things", thing("b", n=5))
        tx.delete("things", "b")
        return [first, tx.get("things", "a"), tx.get("things", "b"), tx.find("things", {"n": 2})]

    assert database.transact(work) == [thing("a", n=1), thing("a", n=2), None, [thing("a", n=2)]]
    assert seen(database, "b") is None


def test_an_error_leaves_everything_as_it_was(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1)))

    def work(tx: Transaction) -> None:
        tx.replace("things", thing("a", n=2))
        tx.insert("things", thing("b"))
        tx.flush()
        raise LookupError("stop")

    with pytest.raises(LookupError):
        database.transact(work)
    assert seen(database, "a") == thing("a", n=1)
    assert seen(database, "b") is None


def test_a_taken_id_is_a_duplicate(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a")))
    with pytest.raises(DuplicateError) as caught:
        database.transact(lambda tx: tx.insert("things", thing("a", ref="other")))
    assert (caught.value.collection, caught.value.index) == ("things", "_id_")


def test_a_taken_unique_key_is_a_duplicate_and_names_its_index(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", ref="r")))
    with pytest.raises(DuplicateError) as caught:
        database.transact(lambda tx: tx.insert("things", thing("b", ref="r")))
    assert (caught.value.collection, caught.value.index) == ("things", "team_1_ref_1")


def test_a_partial_index_binds_only_the_documents_it_names(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", ref="r", kept=False)))
    database.transact(lambda tx: tx.insert("things", thing("b", ref="r")))
    assert seen(database, "b") is not None


def test_the_same_id_twice_in_one_transaction_is_a_duplicate(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.insert("things", thing("a"))
        tx.insert("things", thing("a", ref="other"))

    with pytest.raises(DuplicateError):
        database.transact(work)
    assert seen(database, "a") is None


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ({"n": 2}, ["b"]),
        ({"n": {"$gte": 2}}, ["b", "c"]),
        ({"n": {"$gt": 1, "$lt": 3}}, ["b"]),
        ({"n": {"$in": [1, 3]}}, ["a", "c"]),
        ({"n": {"$ne": 1}}, ["b", "c", "d"]),
        ({"tags": "x"}, ["a", "b"]),
        ({"place.kind": "shop"}, ["a"]),
        ({"n": None}, ["d"]),
    ],
)
def test_find_answers_the_same_questions(
    database: Database, where: dict[str, object], keys: list[str]
) -> None:
    def fill(tx: Transaction) -> None:
        tx.insert("things", thing("a", n=1, tags=["x"], place={"kind": "shop"}))
        tx.insert("things", thing("b", n=2, tags=["x", "y"]))
        tx.insert("things", thing("c", n=3, tags=[]))
        tx.insert("things", thing("d", n=None))

    database.transact(fill)
    assert [d["_id"] for d in database.transact(lambda tx: tx.find("things", where, [("_id", 1)]))] == keys


def test_find_sorts_and_limits(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        for key, n in (("a", 2), ("b", 3), ("c", 1)):
            tx.insert("things", thing(key, n=n))

    database.transact(fill)
    found = database.transact(lambda tx: tx.find("things", {}, [("n", -1)], limit=2))
    assert [d["_id"] for d in found] == ["b", "a"]


def test_hooks_run_once_before_the_last_writes(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.before_commit(lambda: tx.insert("things", thing("late")))

    database.transact(work)
    assert seen(database, "late") is not None


@pytest.mark.needs_mongo
def test_of_two_transactions_on_one_document_none_is_lost(mongo: MongoDatabase) -> None:
    mongo.transact(lambda tx: tx.insert("things", thing("a", n=0)))

    def add(tx: Transaction) -> None:
        current = tx.get("things", "a")
        assert current is not None
        tx.replace("things", {**current, "n": current["n"] + 1})

    threads = [
        threading.Thread(target=lambda: [mongo.transact(add, timeout=30) for _ in range(10)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = mongo.transact(lambda tx: tx.get("things", "a"))
    assert found is not None
    assert found["n"] == 40


@pytest.mark.needs_mongo
def test_a_database_that_does_not_answer_is_unavailable_in_bounded_time() -> None:
    client = open_client("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200", "conformance")
    with pytest.raises(UnavailableError):
        MongoDatabase(client, "nowhere").transact(lambda tx: tx.insert("things", thing("a")), timeout=1)
    client.close()


@pytest.mark.needs_mongo
def test_missing_indexes_are_named(mongo: MongoDatabase) -> None:
    wanted = (*INDEXES, Index("things", [("n", 1)]))
    assert missing_indexes(mongo.client[mongo.name], wanted) == ["things.n_1"]
    ensure_indexes(mongo.client[mongo.name], wanted)
    assert missing_indexes(mongo.client[mongo.name], wanted) == []


def test_a_savepoint_takes_back_what_was_written_since(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1)))

    def work(tx: Transaction) -> None:
        tx.insert("things", thing("kept"))
        back = tx.savepoint()
        tx.replace("things", thing("a", n=2))
        tx.insert("things", thing("gone"))
        tx.delete("things", "kept")
        back()
        assert tx.get("things", "a") == thing("a", n=1)

    database.transact(work)
    assert [seen(database, key) for key in ("a", "kept", "gone")] == [thing("a", n=1), thing("kept"), None]


def test_a_savepoint_does_not_send_again_what_a_look_has_sent_meanwhile(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1)))

    def work(tx: Transaction) -> None:
        tx.get("things", "a")
        tx.insert("things", thing("kept"))
        tx.replace("things", thing("a", n=2))
        back = tx.savepoint()
        tx.find("things", {"n": 2})
        tx.insert("things", thing("gone"))
        back()

    database.transact(work)
    assert [seen(database, key) for key in ("a", "kept", "gone")] == [thing("a", n=2), thing("kept"), None]


def test_a_look_gives_the_fields_asked_for_with_what_was_written_before(database: Database) -> None:
    database.transact(lambda tx: tx.insert("things", thing("a", n=1, report={"words": "one", "by": "u"})))

    def work(tx: Transaction) -> list[Document]:
        tx.insert("things", thing("b", n=2, report={"words": "two", "by": "u"}))
        found = tx.look("things", {"n": {"$gte": 1}}, ["n", "report.words"], [("_id", -1)])
        assert tx.get("things", "a") == thing("a", n=1, report={"words": "one", "by": "u"})
        return found

    assert database.transact(work) == [
        {"_id": "b", "n": 2, "report": {"words": "two"}},
        {"_id": "a", "n": 1, "report": {"words": "one"}},
    ]


def test_a_savepoint_says_when_something_has_been_sent_since(database: Database) -> None:
    def work(tx: Transaction) -> None:
        back = tx.savepoint()
        tx.insert("things", thing("sent"))
        tx.find("things", {})
        assert not back()

    database.transact(work)
