"""Talks, self-criticisms and appeals read outside of transactions."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.measure_store import MongoMeasureStore
from services.accountability.adapters.reach import reached
from services.accountability.application.execution_queries import AppealFilters
from services.accountability.application.pages import Page
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.case import Case
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import CadreCard
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page as read_page


class MongoExecutionStore:
    """Lists newest first."""

    def __init__(self, database: MongoDatabase, measures: MongoMeasureStore) -> None:
        self._database = database
        self._measures = measures

    def measure(self, measure_id: str) -> Measure | None:
        return self._measures.measure(measure_id)

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]:
        return self._measures.cards(cadres)

    def case(self, case_id: str) -> Case | None:
        row = self._database.collection(indexes.CASES).find_one({"_id": case_id})
        return None if row is None else documents.to_case(row)

    def talk(self, measure: str) -> Talk | None:
        row = self._database.collection(indexes.TALKS).find_one({"measure": measure})
        return None if row is None else documents.to_talk(row)

    def submission(self, measure: str) -> Submission | None:
        row = self._database.collection(indexes.SUBMISSIONS).find_one({"_id": measure})
        return None if row is None else documents.to_submission(row)

    def appeal(self, appeal_id: str) -> Appeal | None:
        row = self._database.collection(indexes.APPEALS).find_one({"_id": appeal_id})
        return None if row is None else documents.to_appeal(row)

    def appeals(self, filters: AppealFilters, page: Page) -> tuple[Sequence[Appeal], str | None]:
        where = {"$and": _conditions(filters) or [{}]}
        collection = self._database.collection(indexes.APPEALS)
        rows, following = read_page(collection, where, indexes.NEWEST, page.limit, page.cursor)
        return [documents.to_appeal(row) for row in rows], following


def _conditions(filters: AppealFilters) -> list[dict[str, Any]]:
    names = ("cadre", "case", "measure", "status")
    equal = {name: getattr(filters, name) for name in names}
    conditions: list[dict[str, Any]] = [{name: value} for name, value in equal.items() if value is not None]
    conditions += reached(filters)
    return conditions
