"""Reads outside of transactions: indexed, in pages, majority reads as the client is set."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.indexes import NEWEST
from services.accountability.adapters.mongo import RegistersCache, UnitOfWork
from services.accountability.adapters.reach import reached, subtree
from services.accountability.application.pages import Page
from services.accountability.application.queries import CASE_STATUSES, CaseFilters, WarningFilters
from services.accountability.domain.assignment import MISSING_ALL, MISSING_DIRECT, Assignment
from services.accountability.domain.case import Case
from services.accountability.domain.registers import Cadre, CadreCard, Duty, Registers
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning
from shared.persistence.counts import Counts
from shared.persistence.database import MongoDatabase
from shared.persistence.derived import Kind
from shared.persistence.paging import page as read_page
from shared.persistence.transaction import Document

T = TypeVar("T")
# A bound on next_at lets the outbox's partial index serve the count.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class MongoStore:
    """The service's documents, read as aggregates."""

    def __init__(self, database: MongoDatabase, cache: RegistersCache) -> None:
        self._database = database
        self._cache = cache
        self._counts = Counts(database)

    def registers(self) -> Registers:
        return self._database.transact(lambda tx: UnitOfWork(tx, self._cache).registers())

    def cadre(self, cadre_id: str) -> Cadre | None:
        return self._one(indexes.CADRES, cadre_id, documents.to_cadre)

    def cadres(self, area: str, page: Page) -> tuple[Sequence[Cadre], str | None]:
        return self._page(indexes.CADRES, {"area": subtree(area)}, page, documents.to_cadre)

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]:
        rows = self._database.collection(indexes.CADRES).find({"_id": {"$in": list(set(cadres))}})
        return {row["_id"]: documents.to_cadre(row).card for row in rows}

    def duties(self, area: str, cadre: str | None, page: Page) -> tuple[Sequence[Duty], str | None]:
        where: dict[str, Any] = {"area": subtree(area)}
        if cadre is not None:
            where["cadre"] = cadre
        return self._page(indexes.DUTIES, where, page, documents.to_duty)

    def assignment(self, finding: str) -> Assignment | None:
        return self._one(indexes.ASSIGNMENTS, finding, documents.to_assignment)

    def assignments(self, area: str, page: Page) -> tuple[Sequence[Assignment], str | None]:
        return self._page(indexes.ASSIGNMENTS, {"area": subtree(area)}, page, documents.to_assignment)

    def unassigned(self, area: str, page: Page) -> tuple[Sequence[Unassigned], str | None]:
        return self._page(indexes.UNASSIGNED, {"area": subtree(area)}, page, documents.to_unassigned)

    def warning(self, warning_id: str) -> IssuedWarning | None:
        return self._one(indexes.WARNINGS, warning_id, documents.to_warning)

    def warnings(self, filters: WarningFilters, page: Page) -> tuple[Sequence[IssuedWarning], str | None]:
        where: dict[str, Any] = {}
        if filters.area is not None:
            where["area"] = subtree(filters.area)
        if filters.cadre is not None:
            where["cadre"] = filters.cadre
        if filters.finding is not None:
            where["finding"] = filters.finding
        return self._page(indexes.WARNINGS, where, page, documents.to_warning)

    def case(self, case_id: str) -> Case | None:
        return self._one(indexes.CASES, case_id, documents.to_case)

    def cases(self, filters: CaseFilters, page: Page) -> tuple[Sequence[Case], str | None]:
        conditions = reached(filters)
        if filters.status is not None:
            conditions.append({"status": filters.status})
        if filters.cadre is not None:
            conditions.append({"persons.cadre": filters.cadre})
        if filters.finding is not None:
            conditions.append({"_id": {"$in": self._cases_of(filters.finding)}})
        if filters.elsewhere_due is not None:
            conditions.append({"elsewhere_due": {"$lte": filters.elsewhere_due.isoformat()}})
        if filters.q is not None:
            conditions.append(self._matching(filters.q, filters))
        return self._page(indexes.CASES, {"$and": conditions}, page, documents.to_case)

    def case_history(self, case_id: str, page: Page) -> tuple[Sequence[Document], str | None]:
        collection = self._database.collection(indexes.CASE_HISTORY)
        rows, following = read_page(
            collection, {"case": case_id}, [("at", -1), ("_id", -1)], page.limit, page.cursor
        )
        return [{"id": row.pop("_id"), **row} for row in rows], following

    def behind(self) -> bool:
        """Whether something unassigned was last tried with older registers."""
        row = self._database.collection(indexes.REGISTERS).find_one({})
        if row is None:
            return False
        older = {"tried": {"$lt": row["version"]}}
        return self._database.collection(indexes.UNASSIGNED).find_one(older, {"_id": True}) is not None

    def counts(self, area: str) -> dict[str, int]:
        """Exact at the moment of counting."""
        assigned = _within(self._counts.of(indexes.ASSIGNMENTS), area)
        unassigned = _within(self._counts.of(indexes.UNASSIGNED), area)
        return {
            "outbox_pending": self._number("outbox", {"state": "pending", "next_at": {"$gt": _LONG_AGO}}),
            "assigned": assigned[False, True],
            "unresolved": assigned[False, False],
            "unresolved_direct": unassigned[MISSING_DIRECT,],
        }

    def state(self) -> list[tuple[str, dict[str, str], float]]:
        """The gauges of the whole service."""
        found = self._database.collection(indexes.CASES).aggregate(
            # Of a restricted case not even the number is told.
            [{"$match": {"restricted": False}}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        cases = {row["_id"]: row["count"] for row in found}
        return [
            *(("duze_cases", {"status": status}, cases.get(status, 0)) for status in CASE_STATUSES),
            ("duze_unassigned_findings", {}, self._counts.number(indexes.UNASSIGNED, _is_missing)),
            ("duze_warnings_total", {}, self._counts.number(indexes.WARNINGS)),
        ]

    def _number(self, collection: str, where: dict[str, Any]) -> int:
        return self._database.collection(collection).count_documents(where)

    def _cases_of(self, finding: str) -> list[str]:
        rows = self._database.collection(indexes.CASE_FINDINGS).find({"finding": finding}, {"case": True})
        return [row["case"] for row in rows]

    def _matching(self, q: str, filters: CaseFilters) -> dict[str, Any]:
        part = {"$regex": re.escape(q)}
        named = self._database.collection(indexes.CADRES).find({"name": part}, {"_id": True}).limit(200)
        return {
            "$or": [
                {"numbers": part},
                {"persons.cadre": {"$in": [q, *(row["_id"] for row in named)]}},
                {"categories": {"$in": list(filters.q_categories)}},
                *({"areas": {"$elemMatch": subtree(area)}} for area in filters.q_areas),
            ]
        }

    def _one(self, collection: str, key: str, to_object: Callable[[Document], T]) -> T | None:
        row = self._database.collection(collection).find_one({"_id": key})
        return None if row is None else to_object(row)

    def _page(
        self, collection: str, where: dict[str, Any], page: Page, to_object: Callable[[Document], T]
    ) -> tuple[Sequence[T], str | None]:
        rows, following = read_page(
            self._database.collection(collection), where, NEWEST, page.limit, page.cursor
        )
        return [to_object(row) for row in rows], following


def _within(found: Mapping[Kind, int], area: str) -> "Counter[Kind]":
    """Of an area and what lies in it: what is counted by beside the area."""
    counted: Counter[Kind] = Counter()
    for (where, *kind), n in found.items():
        if str(where).startswith(area):
            counted[tuple(kind)] += n
    return counted


def _is_missing(kind: Kind) -> bool:
    return kind[1] in {MISSING_ALL, MISSING_DIRECT}
