"""How many documents there are of each kind, kept beside them, so that none is read to be counted.

A transaction that changes what is counted adds one row that says what it changed: rows conflict with nothing, where
counters would be fought for by all who write about one village. A worker folds them into the counters now and then.
What is asked is counters and rows together, of one moment, and so exact (docs/decisions/0026).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pymongo
from pymongo.client_session import ClientSession

from shared.persistence.database import Database, MongoDatabase
from shared.persistence.derived import CHANGES, Derivation, Kind
from shared.persistence.transaction import Document, Transaction

COUNTS = "counts"
BATCH = 500
"""Rows that are folded together."""
_BEGUN = "begun"
_RECOUNT_SECONDS = 55.0
"""The server ends a transaction after 60."""
_READ_SECONDS = 5.0


class Counts:
    """The counters of one database, of the collections and fields that it counts by."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._counts = database.collection(COUNTS)
        self._changes = database.collection(CHANGES)

    def of(self, collection: str) -> "Counter[Kind]":
        """Of this moment, by the values of the fields; what has just been committed is in it."""
        with (
            pymongo.timeout(_READ_SECONDS),
            self._database.client.start_session(snapshot=True) as session,
        ):
            begun = self._counts.find_one({"_id": _BEGUN}, session=session)
            if begun is None or begun["counted"] != _written(self._database.derivation.counted):
                return self._in_documents(collection, session)
            found = _added(self._counts.find({"of": collection}, session=session))
            for row in self._changes.find({}, session=session):
                found.update(_added(cell for cell in row["cells"] if cell["of"] == collection))
            return +found

    def number(self, collection: str, counts: Callable[[Kind], bool] = lambda _: True) -> int:
        """Of all whose kind is one that `counts`."""
        return sum(n for kind, n in self.of(collection).items() if counts(kind))

    def keep(self, _now: datetime) -> bool:
        """Begin, where what is counted has never been counted; then fold. Whether there is more to fold."""
        begun = self._counts.find_one({"_id": _BEGUN})
        if begun is None or begun["counted"] != _written(self._database.derivation.counted):
            self.recount()
        return fold(self._database) == BATCH

    def recount(self) -> None:
        """Make the counters anew of the documents: these, the rows and the counters are read at one moment."""
        with pymongo.timeout(_RECOUNT_SECONDS), self._database.client.start_session() as session:
            session.with_transaction(self._recount, **self._database.concerns)

    def differences(self) -> list[str]:
        """Where the counters and the documents do not agree, in words."""
        found = []
        for collection in sorted(self._database.derivation.counted):
            with (
                pymongo.timeout(_RECOUNT_SECONDS),
                self._database.client.start_session(snapshot=True) as session,
            ):
                counted = self._in_documents(collection, session)
                kept = _added(self._counts.find({"of": collection}, session=session))
                for row in self._changes.find({}, session=session):
                    kept.update(_added(cell for cell in row["cells"] if cell["of"] == collection))
            found += [
                f"{collection} {list(kind)}: kept {kept[kind]}, counted {counted[kind]}"
                for kind in sorted({*kept, *counted}, key=repr)
                if kept[kind] != counted[kind]
            ]
        return found

    @classmethod
    def begun(cls, database: MongoDatabase) -> "Counts | None":
        """Those that are kept in this database, whatever they count by; None where nobody has begun."""
        row = database.collection(COUNTS).find_one({"_id": _BEGUN})
        if row is None:
            return None
        counted = {collection: fields for collection, *fields in row["counted"]}
        return cls(MongoDatabase(database.client, database.name, Derivation(counted=counted)))

    def _recount(self, session: ClientSession) -> None:
        rows: list[Document] = [{"_id": _BEGUN, "counted": _written(self._database.derivation.counted)}]
        for collection in self._database.derivation.counted:
            found = self._in_documents(collection, session)
            rows += [_cell(collection, kind, n) for kind, n in found.items()]
        self._changes.delete_many({}, session=session)
        self._counts.delete_many({}, session=session)
        self._counts.insert_many(rows, session=session)

    def _in_documents(self, collection: str, session: ClientSession) -> "Counter[Kind]":
        fields = self._database.derivation.counted[collection]
        # A field that is not there counts as null, as it does in `derived.kind_of`.
        keys = [{"$ifNull": [f"${field}", None]} for field in fields]
        stages: list[dict[str, Any]] = [{"$group": {"_id": keys, "n": {"$sum": 1}}}]
        rows = self._database.collection(collection).aggregate(stages, session=session)
        return Counter({tuple(row["_id"]): row["n"] for row in rows})


def fold(database: Database) -> int:
    """Add the oldest rows to the counters; how many. Of two who do it at once, one is run again."""
    return database.transact(_fold)


def _fold(tx: Transaction) -> int:
    rows = tx.find(CHANGES, {}, [("_id", 1)], BATCH)
    cells: dict[str, Document] = {}
    for row in rows:
        for cell in row["cells"]:
            key = _key(cell["of"], cell["kind"])
            n = cells[key]["n"] if key in cells else 0
            cells[key] = {**cell, "_id": key, "n": n + cell["n"]}
        tx.delete(CHANGES, row["_id"])
    kept = tx.get_many(COUNTS, cells)
    for key, cell in cells.items():
        n = cell["n"] + (kept[key]["n"] if key in kept else 0)
        if n:
            tx.replace(COUNTS, {**cell, "n": n})
        elif key in kept:
            tx.delete(COUNTS, key)
    return len(rows)


def _added(cells: Iterable[Document]) -> "Counter[Kind]":
    found: Counter[Kind] = Counter()
    for cell in cells:
        found[tuple(cell["kind"])] += cell["n"]
    return found


def _cell(collection: str, kind: Iterable[Any], n: int) -> Document:
    return {"_id": _key(collection, kind), "of": collection, "kind": list(kind), "n": n}


def _key(collection: str, kind: Iterable[Any]) -> str:
    return "|".join([collection, *map(repr, kind)])


def _written(counted: Mapping[str, Sequence[str]]) -> list[list[str]]:
    return [[collection, *fields] for collection, fields in sorted(counted.items())]
