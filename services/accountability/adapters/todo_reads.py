"""What may wait for a caller, out of the documents of one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.person_reads import PersonReads
from services.accountability.adapters.reach import subtree
from services.accountability.application.todo_candidates import MOST
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.case import Case
from services.accountability.domain.informant import PENDING, InformantRequest
from services.accountability.domain.measure import Measure
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.submission import SUBMITTED, Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import OBJECTED, IssuedWarning
from shared.persistence.transaction import Document, Sort, Transaction, Where

_OLDEST: Sort = [("created_at", 1), ("_id", 1)]
_FIRST_DUE: Sort = [("due_at", 1), ("_id", 1)]


class TodoReads:
    """Candidates; what the caller can do about them is the application's to say."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._of_person = PersonReads(transaction)

    def cases(self, reach: str, statuses: Sequence[str]) -> Sequence[Case]:
        where = {"scope": subtree(reach), "status": {"$in": list(statuses)}}
        return [documents.to_case(row) for row in self._find(indexes.CASES, where)]

    def elsewhere(self, reach: str, due: date) -> Sequence[Case]:
        where = {"elsewhere_next": {"$lte": due.isoformat()}, "scope": subtree(reach)}
        return [documents.to_case(row) for row in self._find(indexes.CASES, where)]

    def measures(self, cases: Iterable[str]) -> Mapping[str, Sequence[Measure]]:
        found: dict[str, list[Measure]] = {}
        for row in self._tx.find(indexes.MEASURES, {"case": {"$in": list(cases)}}, [("_id", 1)]):
            found.setdefault(row["case"], []).append(documents.to_measure(row))
        return found

    def clocks(self, reach: str) -> Sequence[StatutoryClock]:
        where = {"running": True, "scope": subtree(reach)}
        return [documents.to_clock(row) for row in self._find(indexes.CLOCKS, where, _FIRST_DUE)]

    def clocks_of(self, cases: Iterable[str]) -> Sequence[StatutoryClock]:
        where = {"case": {"$in": list(cases)}, "running": True}
        return [documents.to_clock(row) for row in self._tx.find(indexes.CLOCKS, where, _FIRST_DUE)]

    def objected(self, reach: str) -> Sequence[IssuedWarning]:
        where = {"status": OBJECTED, "area": subtree(reach)}
        return [documents.to_warning(row) for row in self._find(indexes.WARNINGS, where)]

    def unassigned(self, reach: str) -> Sequence[Unassigned]:
        found = self._find(indexes.UNASSIGNED, {"area": subtree(reach)})
        return [documents.to_unassigned(row) for row in found]

    def asked(self) -> Sequence[tuple[InformantRequest, Case]]:
        rows = self._find(indexes.INFORMANT_REQUESTS, {"status": PENDING})
        cases = self._tx.get_many(indexes.CASES, [row["case"] for row in rows])
        return [(documents.to_informant_request(row), documents.to_case(cases[row["case"]])) for row in rows]

    def to_visit(self, reach: str, today: date) -> Sequence[Talk]:
        where = {"follow_up_waits": {"$lte": today.isoformat()}, "scope": subtree(reach)}
        return [documents.to_talk(row) for row in self._find(indexes.TALKS, where)]

    def to_judge(self) -> Sequence[Submission]:
        return [
            documents.to_submission(row) for row in self._find(indexes.SUBMISSIONS, {"status": SUBMITTED})
        ]

    def appealed(self, reach: str) -> Sequence[Appeal]:
        rows = self._find(indexes.APPEALS, {"open": True, "scope": subtree(reach)})
        return [documents.to_appeal(row) for row in rows]

    def by_id(self, measures: Iterable[str]) -> Mapping[str, Measure]:
        found = self._tx.get_many(indexes.MEASURES, measures)
        return {key: documents.to_measure(row) for key, row in found.items()}

    def warnings_of(self, cadre: str) -> Sequence[IssuedWarning]:
        return [one for one in self._of_person.warnings(cadre) if one.standing]

    def measures_of(self, cadre: str) -> Sequence[Measure]:
        return self._of_person.measures(cadre)

    def _find(self, collection: str, where: Where, sort: Sort = _OLDEST) -> Sequence[Document]:
        return self._tx.find(collection, where, sort, MOST)
