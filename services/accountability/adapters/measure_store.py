"""Measures read outside of transactions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.reach import reached
from services.accountability.application.measure_queries import MeasureFilters
from services.accountability.application.pages import Page
from services.accountability.domain.calendar import day_of
from services.accountability.domain.measure import DECIDED, SERVED, Measure
from services.accountability.domain.registers import CadreCard
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page as read_page


def effects_ended(now: datetime) -> dict[str, Any]:
    """Measures in force whose last day has passed."""
    return {"status": {"$in": [DECIDED, SERVED]}, "effect_until": {"$lte": day_of(now).isoformat()}}


class MongoMeasureStore:
    """Newest first."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def measure(self, measure_id: str) -> Measure | None:
        row = self._database.collection(indexes.MEASURES).find_one({"_id": measure_id})
        return None if row is None else documents.to_measure(row)

    def measures(self, filters: MeasureFilters, page: Page) -> tuple[Sequence[Measure], str | None]:
        collection = self._database.collection(indexes.MEASURES)
        where = {"$and": _conditions(filters) or [{}]}
        rows, following = read_page(collection, where, indexes.NEWEST, page.limit, page.cursor)
        return [documents.to_measure(row) for row in rows], following

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]:
        rows = self._database.collection(indexes.CADRES).find({"_id": {"$in": list(set(cadres))}})
        return {row["_id"]: documents.to_cadre(row).card for row in rows}

    def total(self) -> list[tuple[str, dict[str, str], float]]:
        """How many measures there are by kind; of a restricted case not even the number is told."""
        found = self._database.collection(indexes.MEASURES).aggregate(
            [{"$match": {"restricted": False}}, {"$group": {"_id": "$kind", "count": {"$sum": 1}}}]
        )
        return [("duze_measures_total", {"kind": row["_id"]}, row["count"]) for row in found]


def _conditions(filters: MeasureFilters) -> list[dict[str, Any]]:
    equal = {"cadre": filters.cadre, "case": filters.case, "kind": filters.kind}
    conditions: list[dict[str, Any]] = [{name: value} for name, value in equal.items() if value is not None]
    if filters.known:
        conditions.append({"known": True})
    conditions += reached(filters)
    if filters.active_on is not None:
        conditions += _active(filters.active_on)
    return conditions


def _active(on: date) -> list[dict[str, Any]]:
    day = on.isoformat()
    return [
        {"standing": True},
        {"effect_from": {"$lte": day}},
        {"$or": [{"effect_until": None}, {"effect_until": {"$gt": day}}]},
    ]
