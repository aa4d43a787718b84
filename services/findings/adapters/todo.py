"""What may wait for a caller, out of the documents; served by the indexes of desks and open questions."""

from collections.abc import Sequence
from datetime import datetime

from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.documents import Document, to_finding
from services.findings.adapters.indexes import LONG_AGO
from services.findings.adapters.kept import desk
from services.findings.adapters.self_checks import SELF_CHECKS, to_self_check
from services.findings.application.todo import MOST, Lying, Place
from services.findings.domain.desks import Task
from services.findings.domain.finding import Finding
from services.findings.domain.self_check import SelfCheck
from shared.persistence.transaction import Transaction


class TodoRepository:
    """Candidates of one transaction; what the caller can do about them is the application's to say."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def on_desk(
        self, task: Task, whose: str, behind: Place | None, until: datetime | None, at_once: int
    ) -> Lying:
        lies, place = {"desks": desk(task, whose)}, behind
        while True:
            found = self._next(lies, place, until, at_once)
            yield from ((to_finding(one), one["desk_at"]) for one in found)
            if len(found) < at_once:
                return
            place = found[-1]["desk_at"], found[-1]["_id"]

    def _next(
        self, lies: Document, behind: Place | None, until: datetime | None, most: int
    ) -> list[Document]:
        """The next ones in the order of their index: of the same moment, then of later ones."""
        moment, key = behind or (LONG_AGO, "")
        same = {**lies, "desk_at": moment, "_id": {"$gt": key}}
        found = [] if behind is None else self._tx.find(FINDINGS, same, [("_id", 1)], most)
        if len(found) == most:
            return found
        later = {"$gt": moment} if until is None else {"$gt": moment, "$lte": until}
        order = [("desk_at", 1), ("_id", 1)]
        return found + self._tx.find(FINDINGS, {**lies, "desk_at": later}, order, most - len(found))

    def asked(self, reach: str, questions: Sequence[str]) -> list[Finding]:
        where = {"reach": reach, "asked": {"$in": list(questions)}, "historical": False}
        found = self._tx.find(FINDINGS, where, [("due_at", 1), ("_id", 1)], MOST)
        return [to_finding(document) for document in found]

    def unanswered(self, reach: str) -> list[tuple[SelfCheck, str]]:
        # ":" comes after every digit
        where: Document = {"area": {"$gte": reach, "$lt": reach + ":"}, "answer": None}
        found = [to_self_check(one) for one in self._tx.find(SELF_CHECKS, where, [("due_at", 1)], MOST)]
        numbers = self._tx.get_many(FINDINGS, [one.finding for one in found])
        return [(one, numbers[one.finding]["number"]) for one in found]
