"""What may wait for a caller, out of the documents; who may know of it is the application's to say."""

from collections.abc import Sequence
from datetime import date, datetime

from services.accountability.adapters import documents, indexes
from services.accountability.application.todo import MOST
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.case import Case
from services.accountability.domain.measure import Measure
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.submission import SUBMITTED, Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.warning import OBJECTED, IssuedWarning
from shared.persistence.transaction import Transaction, Where

_PARTS = ["serve", "talk", "submission"]


class TodoRepository:
    """Candidates of one transaction, within the subtree `reach`; of a cadre wherever they are."""

    def __init__(self, transaction: Transaction, reach: str) -> None:
        self._tx = transaction
        self._within = {"scope": {"$gte": reach, "$lt": reach + ":"}}

    def cases(self, statuses: Sequence[str]) -> Sequence[Case]:
        return self._cases({**self._within, "status": {"$in": list(statuses)}})

    def elsewhere(self, today: date) -> Sequence[Case]:
        return self._cases({**self._within, "elsewhere_due": {"$lte": today.isoformat()}})

    def case(self, case_id: str) -> Case | None:
        row = self._tx.get(indexes.CASES, case_id)
        return None if row is None else documents.to_case(row)

    def unfinished(self) -> Sequence[Measure]:
        return self._measures({**self._within, "unfinished": {"$in": _PARTS}})

    def unfinished_of(self, cadre: str) -> Sequence[Measure]:
        return self._measures({"cadre": cadre, "unfinished": {"$in": _PARTS}})

    def of_case(self, case_id: str) -> Sequence[Measure]:
        return self._measures({"case": case_id})

    def measure(self, measure_id: str) -> Measure | None:
        row = self._tx.get(indexes.MEASURES, measure_id)
        return None if row is None else documents.to_measure(row)

    def to_visit(self, today: date) -> Sequence[Talk]:
        where = {**self._within, "follow_up_waits": {"$lte": today.isoformat()}}
        return [documents.to_talk(row) for row in self._tx.find(indexes.TALKS, where, _OLDEST, MOST)]

    def to_judge(self) -> Sequence[Submission]:
        rows = self._tx.find(indexes.SUBMISSIONS, {"status": SUBMITTED}, _OLDEST, MOST)
        return [documents.to_submission(row) for row in rows]

    def open_appeals(self) -> Sequence[Appeal]:
        rows = self._tx.find(indexes.APPEALS, {**self._within, "open": True}, _OLDEST, MOST)
        return [documents.to_appeal(row) for row in rows]

    def objected(self) -> Sequence[IssuedWarning]:
        rows = self._tx.find(indexes.WARNINGS, {"status": OBJECTED}, _OLDEST, MOST)
        return [documents.to_warning(row) for row in rows]

    def reminded(self, now: datetime) -> Sequence[StatutoryClock]:
        """Running ones that were told of, or are due to be."""
        where = {**self._within, "running": True, "remind_at": {"$lte": now}}
        return [documents.to_clock(row) for row in self._tx.find(indexes.CLOCKS, where, _BY_DUE, MOST)]

    def _cases(self, where: Where) -> list[Case]:
        return [documents.to_case(row) for row in self._tx.find(indexes.CASES, where, _OLDEST, MOST)]

    def _measures(self, where: Where) -> list[Measure]:
        return [documents.to_measure(row) for row in self._tx.find(indexes.MEASURES, where, _OLDEST, MOST)]


_OLDEST = [("created_at", 1), ("_id", 1)]
_BY_DUE = [("due_at", 1), ("_id", 1)]
