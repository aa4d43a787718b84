"""Reading findings outside of transactions: majority reads, served by indexes, in cursor pages."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from services.findings.adapters.collections import FINDINGS, HISTORY, POSTINGS, RESPONSIBLE
from services.findings.adapters.documents import Document, finding_of, history_prefix, to_finding
from services.findings.adapters.number_series import NUMBERS, series_key
from services.findings.adapters.searching import DAY_FIELDS, days_of, ways_to
from services.findings.application.queries import Count, Filters, Page, Unused
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Compared
from services.findings.domain.moves import OPEN, Status
from shared.messaging.outbox import OUTBOX
from shared.persistence.counts import Counts
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import CursorError
from shared.persistence.paging import FORGED, MOST, page
from shared.persistence.searching import Way, Words, search

SETTLED = timedelta(seconds=60)
"""No request takes so long: a number that was taken before is used by now, or never."""
_BLOCK = 1000
_MOST = 20_000
"""So many ids are still a way in; beyond that the condition itself is asked of one finding after the other."""
COMPARED = ("area", "place.name", "description", "units", "status")
"""All that is read of a finding to compare it: it is asked at every post, and a whole one is ten times as much."""
_EXACT = {
    "status": "status",
    "category": "category",
    "severity": "severity",
    "team": "team",
    "method": "method",
    "group": "group",
    "campaign": "campaign",
    "source_ref": "source_ref",
    "number": "number",
    "unit": "units",
}
_SEARCHED = ("description", "suggestion", "place.name", "number", "source_ref")


class MongoFindingStore:
    """Findings as they were last committed. One page of a list looks at `most`, at most."""

    def __init__(self, database: MongoDatabase, most: int = MOST) -> None:
        self._most = most
        self._findings = database.collection(FINDINGS)
        self._responsible = database.collection(RESPONSIBLE)
        self._history = database.collection(HISTORY)
        self._numbers = database.collection(NUMBERS)
        self._outbox = database.collection(OUTBOX)
        self._counts = Counts(database)
        self._postings = database.collection(POSTINGS)

    def get(self, finding: str) -> Finding | None:
        document = self._findings.find_one({"_id": finding})
        return None if document is None else to_finding(document)

    def find(self, filters: Filters, now: datetime, limit: int, cursor: str | None) -> Page:
        reach = next(_scope(filters))["reach"]
        ways = [*ways_to(filters, reach, now, self._responsible), *self._lately(filters)]
        words = Words(filters.q, self._postings)
        found, after = search(
            self._findings, ways, where(filters, now), limit, cursor, most=self._most, words=words
        )
        return [to_finding(document) for document in found], after

    def neighbours(
        self, keys: Collection[str], since: datetime, until: datetime, limit: int
    ) -> Mapping[str, Sequence[Compared]]:
        # Each key has its own way through the index and its own limit; all of them are one question.
        first, *others = (_newest(key, since, until, limit) for key in keys)
        union = [{"$unionWith": {"coll": FINDINGS, "pipeline": stages}} for stages in others]
        near: dict[str, list[Compared]] = {}
        for document in self._findings.aggregate([*first, *union]):
            near.setdefault(document["blocking_key"], []).append(to_compared(document))
        return near

    def _lately(self, filters: Filters) -> Iterator[Way]:
        """By what was said of them since: in the findings an index of it would be changed by every move."""
        if filters.updated_since is None:
            return
        since = {"at": {"$gte": filters.updated_since}}
        moved = _ids(self._history.find(since, {"_id": 1}, limit=_MOST))
        assigned = _ids(self._responsible.find(since, {"_id": 1}, limit=_MOST))
        if max(len(moved), len(assigned)) < _MOST:
            told = {finding_of(entry) for entry in moved}.union(assigned)
            yield Way({"_id": {"$in": [*told]}}, "_id_")

    def history(
        self, finding: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[dict[str, Any]], str | None]:
        prefix = history_prefix(finding)
        within = {"_id": {"$gte": prefix, "$lt": prefix + ":"}}  # ":" comes after every digit
        found, after = page(self._history, within, [("_id", -1)], limit, cursor)
        return [_entry(document) for document in found], after

    def counts(self) -> Sequence[Count]:
        found = self._counts.of(FINDINGS)
        return [Count(str(area), str(status), bool(old), n) for (area, status, old), n in found.items()]

    def overdue_by_level(self, now: datetime) -> Mapping[int, int]:
        stages: list[Document] = [
            {"$match": {"overdue_from": {"$lte": now}}},
            {"$group": {"_id": "$told.level", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] for row in self._findings.aggregate(stages)}

    def outbox_pending(self) -> int:
        return self._outbox.count_documents({"state": "pending"}, hint=[("next_at", 1), ("_id", 1)])

    def unused_numbers(
        self, county: str, year: int, now: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[Unused], str | None]:
        counter = self._numbers.find_one({"_id": series_key(county, year)})
        if counter is None:
            return [], None
        missing = self._missing({"county": county, "year": year}, _last_shown(cursor) + 1, counter["n"])
        found = list(islice(missing, limit + 1))
        settled = self._settled(counter, county, year, now)
        shown = [Unused(n, n <= settled) for n in found[:limit]]
        return shown, str(shown[-1].n) if len(found) > limit else None

    def _missing(self, series: Document, low: int, high: int) -> Iterator[int]:
        """Numbers from `low` to `high` that no finding has: whole stretches are only counted, in the index."""
        if low > high:
            return
        among = {**series, "n": {"$gte": low, "$lte": high}}
        if self._findings.count_documents(among) == high - low + 1:
            return
        if high - low < _BLOCK:
            taken = {document["n"] for document in self._findings.find(among, {"_id": 0, "n": 1})}
            yield from (n for n in range(low, high + 1) if n not in taken)
            return
        middle = (low + high) // 2
        yield from self._missing(series, low, middle)
        yield from self._missing(series, middle + 1, high)

    def _settled(self, counter: Document, county: str, year: int, now: datetime) -> int:
        """The number up to which none can still be on its way to its finding."""
        if counter["at"] <= now - SETTLED:
            return int(counter["n"])
        old_enough = {"county": county, "year": year, "created_at": {"$lte": now - SETTLED}}
        newest = self._findings.find_one(old_enough, {"n": 1}, sort=[("n", -1)])
        return int(newest["n"]) if newest else 0


def _newest(key: str, since: datetime, until: datetime, limit: int) -> list[Document]:
    wanted = {"blocking_key": key, "created_at": {"$gte": since, "$lte": until}}
    shown = dict.fromkeys((*COMPARED, "blocking_key"), 1)
    return [{"$match": wanted}, {"$sort": {"created_at": -1}}, {"$limit": limit}, {"$project": shown}]


def to_compared(document: Document) -> Compared:
    """Of the fields named in COMPARED."""
    return Compared(
        document["_id"],
        document["area"],
        document["place"]["name"],
        document["description"],
        tuple(document["units"]),
        Status(document["status"]),
    )


def where(filters: Filters, now: datetime) -> Document:
    """The filters as a query."""
    conditions = [
        *_scope(filters),
        *({path: value} for name, path in _EXACT.items() if (value := getattr(filters, name)) is not None),
        *_times(filters, now),
    ]
    if filters.open_only:
        conditions.append({"status": {"$in": sorted(OPEN)}})
    if filters.flagged is not None:
        conditions.append({"flagged": True if filters.flagged else {"$ne": True}})
    if filters.responsible is not None:
        conditions.append({"responsible.cadre": filters.responsible})
    if filters.q is not None:
        pattern = {"$regex": re.escape(filters.q), "$options": "i"}
        conditions.append({"$or": [{path: pattern} for path in _SEARCHED]})
    return {"$and": conditions}


def _scope(filters: Filters) -> Iterator[Document]:
    """`reach` enters the index; the range of `area` leaves out what it reaches by its units only."""
    inner = filters.within
    if filters.by_unit:
        yield {"reach": filters.reach}
        if inner is not None:
            yield {"area": _subtree(inner)}
    else:
        narrower = inner is not None and inner.startswith(filters.reach)
        narrowest = inner if inner is not None and narrower else filters.reach
        yield {"reach": narrowest, "area": _subtree(narrowest)}


def _times(filters: Filters, now: datetime) -> Iterator[Document]:
    if filters.overdue is not None:
        past = {"overdue_from": {"$lte": now}}
        yield past if filters.overdue else {"$or": [{"overdue_from": None}, {"overdue_from": {"$gt": now}}]}
    if filters.due_before is not None:
        yield {"due_at": {"$lt": filters.due_before}}
    if filters.updated_since is not None:
        yield {"updated_at": {"$gte": filters.updated_since}}
    if days := days_of(filters):
        yield {DAY_FIELDS[filters.date]: days}


def _subtree(area: str) -> Document:
    return {"$gte": area, "$lt": area + ":"}  # ":" comes after every digit


def _ids(rows: Iterable[Document]) -> list[str]:
    return [row["_id"] for row in rows]


def _entry(document: Document) -> dict[str, Any]:
    details = document.pop("details")
    return {**{name: value for name, value in document.items() if name != "_id"}, **details}


def _last_shown(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 16):
        raise CursorError(FORGED)
    return int(cursor)
