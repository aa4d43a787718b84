"""Reading findings outside of transactions: majority reads, served by indexes, in cursor pages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from services.findings.adapters.documents import Document, finding_of, history_prefix, to_finding
from services.findings.adapters.mongo import COUNTED, FINDINGS, HISTORY, RESPONSIBLE
from services.findings.adapters.number_series import NUMBERS, series_key
from services.findings.adapters.searching import page_of
from services.findings.application.queries import Count, Filters, Page, Unused
from services.findings.domain.calendar import end_of, start_of
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Compared
from services.findings.domain.moves import OPEN, Status
from shared.messaging.outbox import OUTBOX
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import CursorError
from shared.persistence.paging import FORGED, page

SETTLED = timedelta(seconds=60)
"""No request takes so long: a number that was taken before is used by now, or never."""
_BLOCK = 1000
_MOST = 20_000
"""So many ids are still a way in; beyond that the condition itself is asked of one finding after the other."""
COMPARED = ("area", "place.name", "description", "units", "status")
"""All that is read of a finding to compare it: it is asked at every post, and a whole one is ten times as much."""
_DAY_FIELDS = {"found": "found_at", "posted": "created_at", "closed": "closed_at"}
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
    """Findings as they were last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._findings = database.collection(FINDINGS)
        self._responsible = database.collection(RESPONSIBLE)
        self._history = database.collection(HISTORY)
        self._numbers = database.collection(NUMBERS)
        self._outbox = database.collection(OUTBOX)

    def get(self, finding: str) -> Finding | None:
        document = self._findings.find_one({"_id": finding})
        return None if document is None else to_finding(document)

    def find(self, filters: Filters, now: datetime, limit: int, cursor: str | None) -> Page:
        wanted = where(filters, now)
        wanted["$and"] += [{"_id": {"$in": ids}} for ids in self._ways_in(filters)]
        reach = next(_scope(filters))["reach"]
        found, after = page_of(self._findings, filters, reach, wanted, limit, cursor)
        return [to_finding(document) for document in found], after

    def neighbours(self, key: str, since: datetime, until: datetime, limit: int) -> Sequence[Compared]:
        wanted = {"blocking_key": key, "created_at": {"$gte": since, "$lte": until}}
        found = self._findings.find(wanted, COMPARED, sort=[("created_at", -1)], limit=limit)
        return [to_compared(document) for document in found]

    def _ways_in(self, filters: Filters) -> Iterator[list[str]]:
        """Ids among which those that are asked for must be."""
        if filters.responsible is not None:
            yield _ids(self._responsible.find({"cadres": filters.responsible}, {"_id": 1}))
        if filters.updated_since is not None:
            since = {"at": {"$gte": filters.updated_since}}
            moved = _ids(self._history.find(since, {"_id": 1}, limit=_MOST))
            assigned = _ids(self._responsible.find(since, {"_id": 1}, limit=_MOST))
            if max(len(moved), len(assigned)) < _MOST:
                yield [*{finding_of(entry) for entry in moved}.union(assigned)]

    def history(
        self, finding: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[dict[str, Any]], str | None]:
        prefix = history_prefix(finding)
        within = {"_id": {"$gte": prefix, "$lt": prefix + ":"}}  # ":" comes after every digit
        found, after = page(self._history, within, [("_id", -1)], limit, cursor)
        return [_entry(document) for document in found], after

    def counts(self) -> Sequence[Count]:
        """Of this moment, out of the index: a remembered figure would let /reconciliation miss a fresh finding."""
        keys = {"area": "$area", "status": "$status", "historical": "$historical"}
        stages = [{"$group": {"_id": keys, "count": {"$sum": 1}}}]
        found = self._findings.aggregate(stages, hint=COUNTED.name)
        return [Count(**row["_id"], count=row["count"]) for row in found]

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
    """The filters as a query, all but `responsible`: it is one of the ways in."""
    conditions = [
        *_scope(filters),
        *({path: value} for name, path in _EXACT.items() if (value := getattr(filters, name)) is not None),
        *_times(filters, now),
    ]
    if filters.open_only:
        conditions.append({"status": {"$in": sorted(OPEN)}})
    if filters.flagged is not None:
        conditions.append({"flagged": True if filters.flagged else {"$ne": True}})
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
    field = _DAY_FIELDS[filters.date]
    if filters.since is not None:
        yield {field: {"$gte": start_of(filters.since)}}
    if filters.until is not None:
        yield {field: {"$lt": end_of(filters.until)}}


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
