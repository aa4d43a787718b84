"""Texts are found by any part of them, page by page, exactly as a look at every document would find them."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.derived import Derivation
from shared.persistence.ids import new_id
from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.paging import MOST
from shared.persistence.postings import Document, Searched, postings_index
from shared.persistence.searching import Way, Words, search
from shared.persistence.transaction import Transaction
from tests.integration.conformance.conftest import mongo_uri

pytestmark = pytest.mark.needs_mongo
DERIVATION = Derivation(searched={"notes": Searched("postings", lambda one: [one["text"], one.get("more")])})
EVERYWHERE = Way({"reach": "990100"}, "reach_1__id_-1")
SYLLABLES = ("东门", "没有", "人值守", "登记", "消毒", "记录", "QR码", "a.b")


@pytest.fixture
def database() -> Iterator[MongoDatabase]:
    client = open_client(mongo_uri(), "conformance")
    made = MongoDatabase(client, f"postings_{new_id()[-12:]}", DERIVATION)
    ensure_indexes(
        client[made.name], [Index("notes", [("reach", 1), ("_id", -1)]), postings_index("postings")]
    )
    yield made
    client.drop_database(made.name)
    client.close()


def note(text: str, key: str | None = None, **more: Any) -> Document:
    return {"_id": key or new_id(), "reach": "990100", "text": text, **more}


def found(database: MongoDatabase, text: str, limit: int = 3, most: int = MOST) -> list[str]:
    """All pages."""
    wanted = {"$or": [{field: re.compile(re.escape(text), re.IGNORECASE)} for field in ("text", "more")]}
    words, ids, cursor = Words(text, database.collection("postings")), [], None
    while True:
        page, cursor = search(
            database.collection("notes"), [EVERYWHERE], wanted, limit, cursor, most=most, words=words
        )
        ids += [one["_id"] for one in page]
        if cursor is None:
            return ids


def seen(database: MongoDatabase, text: str) -> list[str]:
    notes = database.collection("notes").find().sort("_id", -1)
    return [one["_id"] for one in notes if text.lower() in f"{one['text']}\n{one.get('more')}".lower()]


def together(database: MongoDatabase, text: str, keys: list[str]) -> None:
    """All in one transaction."""

    def work(tx: Transaction) -> None:
        for key in keys:
            tx.insert("notes", note(text, key))

    database.transact(work)


def at_minute(minute: int, n: int) -> str:
    """An id of a UUIDv7 of that minute or so."""
    return f"019a{minute:04x}-{n:04x}-7000-8000-000000000000"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("most", [5, MOST])
def test_pages_hold_what_a_look_at_every_document_finds(
    database: MongoDatabase, seed: int, most: int
) -> None:
    chance = random.Random(seed)
    keys = [at_minute(minute, n) for minute in range(6) for n in range(12)]
    chance.shuffle(keys)

    def write(some: list[str]) -> None:
        def work(tx: Transaction) -> None:
            for key in some:
                text = "".join(chance.choices(SYLLABLES, k=4))
                tx.replace("notes", note(text, key, more=chance.choice([None, "消毒液"])))

        database.transact(work)

    while keys:  # rows overlap: neighbours are written by several transactions
        some, keys = keys[:7], keys[7:]
        write(some)
    amended = [at_minute(minute, 3) for minute in range(6)]
    write(amended)
    for text in ("东门", "没有人值守", "记录", "qr码", "消毒液", "a.b", "门没", "没有此处", "码"):
        assert found(database, text, most=most) == seen(database, text), text


def test_what_a_transaction_wrote_together_is_one_row(database: MongoDatabase) -> None:
    keys = [at_minute(1, n) for n in range(20)]
    together(database, "东门没有人值守", keys)
    (row,) = database.collection("postings").find()
    assert (row["first"], row["last"], row["ids"]) == (keys[0], keys[-1], keys)
    assert len(row["pairs"]) == 6


def test_what_changes_no_text_and_what_is_taken_back_make_no_row(database: MongoDatabase) -> None:
    database.transact(lambda tx: tx.insert("notes", note("东门没有人值守", at_minute(1, 1))))
    rows = database.collection("postings")

    def work(tx: Transaction) -> None:
        one = tx.get("notes", at_minute(1, 1))
        assert one is not None
        tx.replace("notes", {**one, "status": "closed"})
        back = tx.savepoint()
        tx.insert("notes", note("西门没有人值守", at_minute(1, 2)))
        back()

    database.transact(work)
    assert rows.count_documents({}) == 1
    database.transact(lambda tx: tx.replace("notes", note("西门没有人值守", at_minute(1, 1))))
    assert rows.count_documents({}) == 2
    assert found(database, "东门") == []
    assert found(database, "西门") == [at_minute(1, 1)]


def test_a_common_text_reads_a_bounded_number_of_documents(database: MongoDatabase) -> None:
    for minute in range(10):
        keys = [at_minute(minute, n) for n in range(10)]
        together(database, "东门没有", keys)
    database.client[database.name].command("profile", 2)
    wanted = {"text": "nowhere"}
    words = Words("东门", database.collection("postings"))
    page, cursor = search(database.collection("notes"), [EVERYWHERE], wanted, 3, None, most=20, words=words)
    database.client[database.name].command("profile", 0)
    looked = database.collection("system.profile").find({"ns": f"{database.name}.notes", "op": "query"})
    assert (page, sum(one["docsExamined"] for one in looked)) == ([], 20)
    assert cursor is not None
