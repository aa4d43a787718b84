"""What may wait for a caller, out of the documents; served by the indexes of desks and open questions."""

from collections.abc import Sequence
from datetime import datetime

from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.documents import Document, to_finding
from services.findings.adapters.indexes import LONG_AGO
from services.findings.adapters.kept import desk
from services.findings.adapters.self_checks import SELF_CHECKS, to_self_check
from services.findings.application.todo import MOST
from services.findings.domain.desks import Task
from services.findings.domain.finding import Finding
from services.findings.domain.self_check import SelfCheck
from shared.persistence.transaction import Sort, Transaction, Where


class TodoRepository:
    """Candidates of one transaction; what the caller can do about them is the application's to say."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def on_desk(self, task: Task, whose: str, until: datetime | None) -> list[Finding]:
        # The lower bound lets the partial index serve it.
        moments = {"$gt": LONG_AGO} if until is None else {"$gt": LONG_AGO, "$lte": until}
        return self._findings({"desks": desk(task, whose), "desk_at": moments}, [("desk_at", 1), ("_id", 1)])

    def asked(self, reach: str, questions: Sequence[str]) -> list[Finding]:
        return self._findings(
            {"reach": reach, "asked": {"$in": list(questions)}}, [("due_at", 1), ("_id", 1)]
        )

    def unanswered(self, reach: str) -> list[tuple[SelfCheck, str]]:
        # ":" comes after every digit
        where: Document = {"area": {"$gte": reach, "$lt": reach + ":"}, "answer": None}
        found = [to_self_check(one) for one in self._tx.find(SELF_CHECKS, where, [("due_at", 1)], MOST)]
        numbers = self._tx.get_many(FINDINGS, [one.finding for one in found])
        return [(one, numbers[one.finding]["number"]) for one in found]

    def _findings(self, where: Where, sort: Sort) -> list[Finding]:
        found = self._tx.find(FINDINGS, {**where, "historical": False}, sort, MOST)
        return [to_finding(document) for document in found]
