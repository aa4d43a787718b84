"""Reading facts, the archive and counters outside of transactions: majority reads, served by indexes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from services.reporting.adapters import documents
from services.reporting.adapters.archive import EventReader
from services.reporting.adapters.documents import Document
from services.reporting.adapters.measures import MeasureReader
from services.reporting.adapters.mongo import BALANCES
from services.reporting.adapters.rollup_reader import RollupReader
from services.reporting.adapters.rollups import subtree
from services.reporting.adapters.searching import (
    ARCHIVE,
    FACTS,
    POSTED,
    POSTINGS,
    days_of,
    fixed_ways,
    ways_to,
)
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import DAY_FIELDS, EXACT, FIXED, SEARCHED, Filters
from services.reporting.domain.measure import Measure, MeasureFilters
from services.reporting.domain.statistics import Cell
from shared.contracts.envelope import Event
from shared.messaging.outbox import OUTBOX
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import MOST, page
from shared.persistence.searching import Way, Words, search

_PENDING = [("next_at", 1), ("_id", 1)]
_COUNTY = 6
_STEP = 500
_ID, _POSTED_AT = {"_id": True}, {"state.posted_at": True}
_KEYS = {"unit": "$state.units", "cadre": "$assignment.responsible"}


class MongoLedgerStore:
    """What was last committed. One page of a list looks at `most` facts, at most."""

    def __init__(self, database: MongoDatabase, most: int = MOST) -> None:
        self._most = most
        self._facts = database.collection(FACTS)
        self._archive = EventReader(database)
        self._facts_told = database.collection(ARCHIVE)
        self._rollups = RollupReader(database)
        self._balances = database.collection(BALANCES)
        self._measures = MeasureReader(database)
        self._postings = database.collection(POSTINGS)
        self._outbox = database.collection(OUTBOX)

    def fact(self, finding: str) -> Fact | None:
        document = self._facts.find_one({"_id": finding})
        return None if document is None else documents.to_fact(document)

    def find(
        self, filters: Filters, now: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[Fact], str | None]:
        ways = [*ways_to(filters, _reach_of(filters), now, self._facts_told), *self._lately(filters)]
        wanted = {"$and": list(conditions(filters, now))}
        words = Words(filters.q, self._postings)
        found, following = search(self._facts, ways, wanted, limit, cursor, most=self._most, words=words)
        return [documents.to_fact(document) for document in found], following

    def count(self, filters: Filters, now: datetime) -> int:
        told = self._rollups.cells(filters, "status", now)
        if told is not None:
            return sum(cell.findings for cell in told)
        return self._facts.count_documents(self._within(filters, now))

    def each(self, filters: Filters, now: datetime) -> Iterator[Fact]:
        found = self._facts.find(self._within(filters, now)).sort("_id", -1).batch_size(_STEP)
        return (documents.to_fact(document) for document in found)

    def posted_before(
        self, filters: Filters, moment: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[str], str | None]:
        # By the county and not by `reach`: a finding may have been in another area then.
        within = [{"reach": filters.reach[:_COUNTY]}, {"state.posted_at": {"$lt": moment}}]
        within += _exactly(filters, FIXED)
        if filters.date != "closed":
            within += _days(filters)
        wanted = {"$and": within}
        if ways := list(fixed_ways(filters)):
            everywhere = Way({"reach": filters.reach[:_COUNTY]}, "reach_1__id_-1")
            found, following = search(
                self._facts, [everywhere, *ways], wanted, limit, cursor, _ID, self._most
            )
        else:
            found, following = page(self._facts, wanted, POSTED, limit, cursor, _POSTED_AT)
        return [document["_id"] for document in found], following

    def told_before(self, findings: Sequence[str], moment: datetime) -> Mapping[str, Sequence[Event]]:
        return self._archive.told(findings, moment)

    def told_of(self, finding: str) -> Sequence[Event]:
        return self._archive.told([finding])[finding]

    def cells(self, filters: Filters, by: str, now: datetime) -> tuple[Sequence[Cell], Mapping[str, str]]:
        told = self._rollups.cells(filters, by, now)
        if told is not None:
            return told, self._archive.names([cell.key for cell in told if cell.key]) if by == "cadre" else {}
        names: dict[str, str] = {}
        cells = []
        for group in self._facts.aggregate(list(_stages(self._within(filters, now), by, now))):
            key = group["_id"]
            if group["name"]:
                names[key["key"]] = group["name"]
            sums = {"findings": group["findings"], "items": group["items"]}
            cells.append(Cell(**key, **sums, seconds=[sorted(group["seconds"])] if group["seconds"] else ()))
        return cells, names

    def measures(self, filters: MeasureFilters) -> Iterable[Measure]:
        return self._measures.find(filters)

    def balance(self, area: str) -> Mapping[str, Mapping[str, int]]:
        found = self._balances.find({"_id": subtree(area)})
        return {document["_id"]: dict(document["counts"]) for document in found}

    def outbox_pending(self) -> int:
        return self._outbox.count_documents({"state": "pending"}, hint=_PENDING)

    def _lately(self, filters: Filters) -> Iterator[Way]:
        """By what was told since: in the facts an index of it would be changed by every event."""
        if (
            filters.updated_since is not None
            and (told := self._archive.findings_since(filters.updated_since)) is not None
        ):
            yield Way({"_id": {"$in": told}}, "_id_")

    def _within(self, filters: Filters, now: datetime) -> Document:
        return {"$and": list(conditions(filters, now))}


def conditions(filters: Filters, now: datetime | None) -> Iterator[Document]:
    """The filters as parts of a query that means what domain.filters.matches says; `now` is needed where overdue is
    asked for."""
    yield from _scope(filters)
    yield from _exactly(filters, EXACT)
    if filters.unit is not None:
        yield {"reach": filters.unit, "state.units": filters.unit}
    if filters.responsible is not None:
        yield {"assignment.responsible.cadre": filters.responsible}
    yield from _times(filters, now)
    if filters.q is not None:
        pattern = {"$regex": re.escape(filters.q), "$options": "i"}
        searched = (*(f"state.{name}" for name in SEARCHED), "state.place.name")
        yield {"$or": [{path: pattern} for path in searched]}


def _reach_of(filters: Filters) -> str:
    return str(next(_scope(filters))["reach"])


def _scope(filters: Filters) -> Iterator[Document]:
    """`reach` enters the index; the range of `area` leaves out what it reaches by its units only."""
    if filters.by_unit:
        yield {"reach": filters.reach}
        if filters.area is not None:
            yield {"state.area": subtree(filters.area)}
        return
    areas = [filters.reach] if filters.area is None else sorted({filters.reach, filters.area}, key=len)
    yield {"reach": areas[-1]}
    yield from ({"state.area": subtree(area)} for area in areas)


def _times(filters: Filters, now: datetime | None) -> Iterator[Document]:
    if filters.overdue is not None:
        past = {"view.overdue_from": {"$lte": now}}
        not_past = {"$or": [{"view.overdue_from": None}, {"view.overdue_from": {"$gt": now}}]}
        yield past if filters.overdue else not_past
    if filters.due_before is not None:
        yield {"state.due_at": {"$lt": filters.due_before}}
    if filters.updated_since is not None:
        yield {"view.updated_at": {"$gte": filters.updated_since}}
    yield from _days(filters)


def _exactly(filters: Filters, names: Iterable[str]) -> Iterator[Document]:
    for name in names:
        if getattr(filters, name) is not None:
            yield {f"state.{name}": getattr(filters, name)}


def _days(filters: Filters) -> Iterator[Document]:
    if days := days_of(filters):
        yield {f"state.{DAY_FIELDS[filters.date]}": days}


def _stages(within: Document, by: str, now: datetime) -> Iterator[Document]:
    """The cells of domain.statistics, made by the database."""
    yield {"$match": within}
    key, name = f"$state.{by}", None
    if by in _KEYS:
        yield {"$unwind": {"path": _KEYS[by], "preserveNullAndEmptyArrays": True}}
        key = _KEYS[by] if by == "unit" else "$assignment.responsible.cadre"
        name = None if by == "unit" else "$assignment.responsible.name"
    cell = {
        "key": {"$ifNull": [key, None]},
        "status": "$state.status",
        "overdue": _passed("$view.overdue_from", now),
        "past": _passed("$view.past_from", now),
        "on_time": "$view.on_time",
        "recurrence": {"$gt": ["$state.recurrence_of", None]},
        "first": {"$and": [{"$eq": ["$state.status", "closed"]}, {"$eq": ["$state.returned_count", 0]}]},
    }
    yield {
        "$group": {
            "_id": cell,
            "findings": {"$sum": 1},
            "items": {"$sum": "$state.count"},
            "seconds": {"$push": {"$ifNull": ["$view.rectified_seconds", "$$REMOVE"]}},
            "name": {"$last": name},
        }
    }


def _passed(path: str, now: datetime) -> Document:
    return {"$and": [{"$gt": [path, None]}, {"$lte": [path, now]}]}
