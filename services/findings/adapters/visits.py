"""Visits as documents: in transactions, and counted outside of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.findings.adapters.documents import reaching
from services.findings.adapters.parts import Document, of_stamp, to_stamp
from services.findings.application.visits import VisitCount, VisitFilters
from services.findings.domain.facts import Place
from services.findings.domain.visit import Errand, Visit, VisitOutcome
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index
from shared.persistence.memory import MemoryDatabase
from shared.persistence.paging import id_before
from shared.persistence.transaction import Transaction

VISITS = "visits"
VISIT_INDEXES = (
    Index(VISITS, [("place_key", 1), ("day", 1)]),
    Index(VISITS, [("reach", 1), ("_id", -1)]),
    Index(VISITS, [("team", 1), ("_id", -1)]),
    Index(VISITS, [("area", 1), ("day", 1), ("result", 1)]),
)
PLANNED, DONE = "planned", "done"


class VisitRepository:
    """The visits of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, visit: str) -> Visit | None:
        document = self._tx.get(VISITS, visit)
        return None if document is None else _to_visit(document)

    def add(self, visit: Visit) -> None:
        self._tx.insert(VISITS, _to_document(visit))

    def save(self, visit: Visit) -> None:
        self._tx.replace(VISITS, _to_document(visit))

    def of_others(self, visit: Visit, since: date, until: date, most: int) -> Sequence[Visit]:
        """Visits of other teams to the same place within the days, the earliest first."""
        where = {
            "place_key": visit.errand.place_key,
            "day": {"$gte": since.isoformat(), "$lte": until.isoformat()},
            "team": {"$ne": visit.errand.team},
        }
        return [_to_visit(one) for one in self._tx.find(VISITS, where, [("day", 1)], most)]

    def find(self, filters: VisitFilters, limit: int, cursor: str | None) -> Sequence[Visit]:
        """The next ones before `cursor`, newest first."""
        where: Document = {"reach": filters.reach}
        for name in ("team", "status", "result", "method", "campaign"):
            if (value := getattr(filters, name)) is not None:
                where[name] = value
        days = _days(filters.since, filters.until)
        if days:
            where["day"] = days
        if cursor is not None:
            where["_id"] = {"$lt": id_before(cursor)}
        return [_to_visit(one) for one in self._tx.find(VISITS, where, [("_id", -1)], limit)]


class MongoVisitCounts:
    """Counted by the database, out of an index."""

    def __init__(self, database: MongoDatabase) -> None:
        self._visits = database.collection(VISITS)

    def of(self, area: str, since: date | None, until: date | None) -> Sequence[VisitCount]:
        group = {"area": "$area", "result": "$result"}
        stages = [
            {"$match": _counted(area, since, until)},
            {"$group": {"_id": group, "count": {"$sum": 1}}},
        ]
        found = self._visits.aggregate(stages)
        return [VisitCount(row["_id"]["area"], row["_id"]["result"], row["count"]) for row in found]


class MemoryVisitCounts:
    """The twin of MongoVisitCounts."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    def of(self, area: str, since: date | None, until: date | None) -> Sequence[VisitCount]:
        where = _counted(area, since, until)
        found = self._database.transact(lambda tx: tx.find(VISITS, where))
        counted = Counter((one["area"], one["result"]) for one in found)
        return [VisitCount(*key, count=count) for key, count in counted.items()]


def _counted(area: str, since: date | None, until: date | None) -> Document:
    where: Document = {"area": {"$gte": area, "$lt": area + ":"}}  # ":" comes after every digit
    days = _days(since, until)
    return {**where, "day": days} if days else where


def _days(since: date | None, until: date | None) -> dict[str, str]:
    bounds = {"$gte": since, "$lte": until}
    return {test: day.isoformat() for test, day in bounds.items() if day is not None}


def _to_document(visit: Visit) -> Document:
    """`reach`, `place_key`, `day`, `status` and `result` are there to be found by; they are never read back."""
    errand, outcome = visit.errand, visit.outcome
    return {
        "_id": visit.id,
        "version": visit.version,
        "team": errand.team,
        "area": errand.area,
        "reach": reaching([errand.area]),
        "place": {"name": errand.place.name, "kind": errand.place.kind},
        "place_key": errand.place_key,
        "method": errand.method,
        "planned_on": errand.planned_on.isoformat() if errand.planned_on else None,
        "plan": errand.plan,
        "campaign": errand.campaign,
        "day": visit.day.isoformat(),
        "status": DONE if outcome else PLANNED,
        "result": outcome.result if outcome else None,
        "made": of_stamp(visit.made),
        "outcome": outcome and _of_outcome(outcome),
    }


def _of_outcome(outcome: VisitOutcome) -> Document:
    return {
        "visited_at": outcome.visited_at,
        "result": outcome.result,
        "findings": list(outcome.findings),
        "note": outcome.note,
        "made": of_stamp(outcome.made),
    }


def _to_visit(document: Document) -> Visit:
    planned: Any = document["planned_on"]
    errand = Errand(
        team=document["team"],
        area=document["area"],
        place=Place(**document["place"]),
        method=document["method"],
        planned_on=date.fromisoformat(planned) if planned else None,
        plan=document["plan"],
        campaign=document["campaign"],
    )
    told = document["outcome"]
    outcome = told and VisitOutcome(
        told["visited_at"], told["result"], tuple(told["findings"]), told["note"], to_stamp(told["made"])
    )
    return Visit(document["_id"], errand, to_stamp(document["made"]), outcome, document["version"])
