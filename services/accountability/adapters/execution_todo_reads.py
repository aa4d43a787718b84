"""Visits, self-criticisms and appeals that may wait for a caller, out of the documents of one transaction."""

from collections.abc import Sequence
from datetime import date

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.store import subtree
from services.accountability.application.todo import MOST
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.measure import Measure
from services.accountability.domain.submission import SUBMITTED, Submission
from services.accountability.domain.talk import Talk
from shared.persistence.transaction import Sort, Transaction

_OLDEST: Sort = [("created_at", 1), ("_id", 1)]


class ExecutionTodoReads:
    """Candidates; who may know of them is the application's to say."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def measure(self, measure_id: str) -> Measure | None:
        row = self._tx.get(indexes.MEASURES, measure_id)
        return None if row is None else documents.to_measure(row)

    def to_visit(self, reach: str, today: date) -> Sequence[Talk]:
        where = {"scope": subtree(reach), "follow_up_waits": {"$lte": today.isoformat()}}
        return [documents.to_talk(row) for row in self._tx.find(indexes.TALKS, where, _OLDEST, MOST)]

    def to_judge(self) -> Sequence[Submission]:
        rows = self._tx.find(indexes.SUBMISSIONS, {"status": SUBMITTED}, _OLDEST, MOST)
        return [documents.to_submission(row) for row in rows]

    def open_appeals(self, reach: str) -> Sequence[Appeal]:
        where = {"scope": subtree(reach), "open": True}
        return [documents.to_appeal(row) for row in self._tx.find(indexes.APPEALS, where, _OLDEST, MOST)]
