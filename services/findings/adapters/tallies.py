"""How many findings of an area are in a status, kept beside them, so that no finding is read to be counted.

A finding's transaction only adds a row that says what it changed: rows conflict with nothing, where counters would be
fought for by all who post in one village. Now and then the worker folds them into the counters. What is asked is
counters and rows together, of one moment, and so exact (docs/decisions/0026).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from services.findings.application.queries import Count
from shared.persistence.database import Database, MongoDatabase
from shared.persistence.ids import new_id
from shared.persistence.transaction import Document, Transaction

TALLIES, CHANGES = "tallies", "tally_changes"
BATCH = 500
_BEGUN = "begun"
"""The row in TALLIES that says that everything before has been counted."""
_ROW = "tally"
_RECOUNT_SECONDS = 55.0
"""The server ends a transaction after 60."""

Cell = tuple[str, str, bool]
"""Area, status, and whether an old ledger was taken over."""


def cell_of(finding: Document) -> Cell:
    """Where a finding is counted."""
    return finding["area"], finding["status"], finding["historical"]


def record(tx: Transaction, before: Cell | None, after: Cell) -> None:
    """A finding is counted elsewhere from now on: one row for everything that the transaction changes."""
    if before == after:
        return
    # Kept in the memo, as a number taken is: a work that is run again names the same row.
    key = tx.memo.setdefault(_ROW, new_id())
    row = tx.known(CHANGES, key)
    moved = Counter({after: 1})
    moved.update(() if before is None else {before: -1})
    moved.update(_read(row["cells"] if row else ()))
    changed = {"_id": key, "cells": [_cell(cell, n) for cell, n in moved.items() if n]}
    if row is None:
        tx.insert(CHANGES, changed)
    else:
        tx.replace(CHANGES, changed)


def fold(tx: Transaction) -> int:
    """Add some of the rows to the counters; how many. Of two who do it at once, one is run again."""
    rows = tx.find(CHANGES, {}, [("_id", 1)], BATCH)
    moved: Counter[Cell] = Counter()
    for row in rows:
        moved.update(_read(row["cells"]))
        tx.delete(CHANGES, row["_id"])
    kept = tx.get_many(TALLIES, map(_key, moved))
    for cell, n in moved.items():
        before = kept.get(_key(cell), {"n": 0})["n"]
        tx.replace(TALLIES, {"_id": _key(cell), **_cell(cell, before + n)})
    return len(rows)


def fold_all(database: Database) -> None:
    """Fold until few are left."""
    while database.transact(fold) == BATCH:
        pass


class MongoTallies:
    """The counters of a service's database."""

    def __init__(self, database: MongoDatabase, findings: str) -> None:
        self._database = database
        self._findings = database.collection(findings)
        self._tallies = database.collection(TALLIES)
        self._changes = database.collection(CHANGES)

    def keep(self) -> None:
        """Count what was there before anybody kept counters; then fold what has changed since."""
        if self._tallies.find_one({"_id": _BEGUN}) is None:
            self.recount()
        fold_all(self._database)

    def recount(self) -> None:
        """Make the counters of the findings themselves: they, the rows and the counters are read at one moment."""
        self._database.snapshot(self._recount, _RECOUNT_SECONDS)

    def counts(self) -> Sequence[Count]:
        """Of this moment: a finding just posted is in it."""
        found = self._database.snapshot(self._counted)
        return [Count(*cell, count=n) for cell, n in found.items() if n]

    def _recount(self, session: ClientSession) -> None:
        found = self._of_documents(session)
        rows = [{"_id": _BEGUN}, *({"_id": _key(cell), **_cell(cell, n)} for cell, n in found.items())]
        self._changes.delete_many({}, session=session)
        self._tallies.delete_many({}, session=session)
        self._tallies.insert_many(rows, session=session)

    def _counted(self, session: ClientSession) -> "Counter[Cell]":
        rows = list(self._tallies.find(session=session))
        if all(row["_id"] != _BEGUN for row in rows):
            return self._of_documents(session)
        found = _read(row for row in rows if row["_id"] != _BEGUN)
        stages: list[dict[str, Any]] = [{"$unwind": "$cells"}, {"$replaceWith": "$cells"}, *_by_cell("$n")]
        found.update(_read(self._changes.aggregate(stages, session=session)))
        return found

    def _of_documents(self, session: ClientSession) -> "Counter[Cell]":
        return _read(self._findings.aggregate(_by_cell(1), session=session))


def _by_cell(n: str | int) -> list[dict[str, Any]]:
    keys = {"area": "$area", "status": "$status", "historical": "$historical"}
    return [
        {"$group": {"_id": keys, "n": {"$sum": n}}},
        {"$replaceWith": {"$mergeObjects": ["$_id", {"n": "$n"}]}},
    ]


def _read(cells: Iterable[Document]) -> "Counter[Cell]":
    found: Counter[Cell] = Counter()
    for one in cells:
        found[cell_of(one)] += one["n"]
    return found


def _cell(cell: Cell, n: int) -> Document:
    area, status, historical = cell
    return {"area": area, "status": status, "historical": historical, "n": n}


def _key(cell: Cell) -> str:
    area, status, historical = cell
    return f"{area} {status} {'old' if historical else 'own'}"
