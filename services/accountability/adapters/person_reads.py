"""What is kept of one person, read in a transaction; served by the indexes on the cadre."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.indexes import NEWEST
from services.accountability.application.record import MOST
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import Case
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import Cadre, Duty
from services.accountability.domain.warning import IssuedWarning
from shared.persistence.transaction import Document, Sort, Transaction

T = TypeVar("T")


class PersonReads:
    """The newest first."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def cadre(self, cadre: str) -> Cadre | None:
        row = self._tx.get(indexes.CADRES, cadre)
        return None if row is None else documents.to_cadre(row)

    def duties(self, cadre: str) -> Sequence[Duty]:
        return self._find(indexes.DUTIES, {"cadre": cadre}, documents.to_duty)

    def assignments(self, cadre: str, through: date) -> Sequence[Assignment]:
        where = {"responsible.cadre": cadre, "day": {"$lte": through.isoformat()}}
        return self._find(indexes.ASSIGNMENTS, where, documents.to_assignment, [("day", -1)])

    def warnings(self, cadre: str) -> Sequence[IssuedWarning]:
        return self._find(indexes.WARNINGS, {"cadre": cadre}, documents.to_warning)

    def measures(self, cadre: str) -> Sequence[Measure]:
        return self._find(indexes.MEASURES, {"cadre": cadre}, documents.to_measure)

    def cases(self, cadre: str) -> Sequence[Case]:
        return self._find(indexes.CASES, {"persons.cadre": cadre}, documents.to_case)

    def _find(
        self, collection: str, where: dict[str, Any], made: Callable[[Document], T], sort: Sort = NEWEST
    ) -> list[T]:
        return [made(row) for row in self._tx.find(collection, where, list(sort), MOST)]
