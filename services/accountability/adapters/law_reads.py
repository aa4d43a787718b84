"""Measures in effect and statutory clocks, read outside of transactions."""

from collections.abc import Sequence
from datetime import datetime

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.indexes import NEWEST
from services.accountability.adapters.reach import reached
from services.accountability.application.law_queries import ClockFilters
from services.accountability.application.pages import Page
from services.accountability.domain.measure import Measure
from services.accountability.domain.statutory_clock import StatutoryClock
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page as read_page


class MongoLawStore:
    """Reads of the service's own database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def in_effect(self, cadre: str) -> Sequence[Measure]:
        where = {"cadre": cadre, "standing": True, "effect_from": {"$ne": None}}
        return [documents.to_measure(row) for row in self._database.collection(indexes.MEASURES).find(where)]

    def clocks(self, filters: ClockFilters, page: Page) -> tuple[Sequence[StatutoryClock], str | None]:
        conditions = reached(filters)
        if filters.due_before is not None:
            conditions.append({"due_on": {"$lt": filters.due_before.isoformat()}})
        rows, following = read_page(
            self._database.collection(indexes.CLOCKS), {"$and": conditions}, NEWEST, page.limit, page.cursor
        )
        return [documents.to_clock(row) for row in rows], following

    def clocks_due(self, now: datetime) -> dict[str, int]:
        """How many clocks have run out and were not stopped, by rule; of a restricted case not even the number."""
        found = self._database.collection(indexes.CLOCKS).aggregate(
            [
                {"$match": {"running": True, "due_at": {"$lte": now}, "restricted": False}},
                {"$group": {"_id": "$rule", "count": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["count"] for row in found}
