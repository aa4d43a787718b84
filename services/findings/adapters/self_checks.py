"""Self-checks as documents, in transactions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from services.findings.application.outgoing import clock_subject, self_check_state
from services.findings.domain.calendar import end_of
from services.findings.domain.events import ClockDue
from services.findings.domain.finding import Finding
from services.findings.domain.levels import ClockRules
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Stamp
from services.findings.domain.self_check import CheckAnswer, SelfCheck
from shared.contracts import findings as contracts
from shared.contracts.areas import Areas
from shared.messaging import outbox
from shared.persistence.due import wake_index
from shared.persistence.indexes import Index
from shared.persistence.paging import id_before
from shared.persistence.transaction import Transaction

SELF_CHECKS = "self_checks"
SELF_CHECK_INDEXES = (
    Index(SELF_CHECKS, [("finding", 1), ("area", 1)], unique=True),
    Index(SELF_CHECKS, [("area", 1), ("_id", -1)]),
    wake_index(SELF_CHECKS),
)
Document = dict[str, Any]


class SelfCheckRepository:
    """The self-checks of one transaction."""

    def __init__(self, transaction: Transaction, areas: Areas, clocks: ClockRules) -> None:
        self._tx = transaction
        self._areas = areas
        self._clocks = clocks

    def get(self, self_check: str) -> SelfCheck | None:
        document = self._tx.get(SELF_CHECKS, self_check)
        return None if document is None else to_self_check(document)

    def add(self, self_check: SelfCheck) -> None:
        self._tx.insert(SELF_CHECKS, self._document(self_check))

    def save(self, self_check: SelfCheck) -> None:
        self._tx.replace(SELF_CHECKS, self._document(self_check))

    def tell(self, check: SelfCheck, finding: Finding, event: ClockDue) -> None:
        """That it is late, to the world; `finding` is the one it was ordered because of."""
        outbox.publish(
            self._tx,
            source=contracts.PRODUCER,
            type=contracts.CLOCK_DUE_V1,
            subject=clock_subject(check.id),
            sequence=check.level,
            data=self_check_state(check, finding, event, self._areas),
            now=event.made.at,
        )

    def _document(self, one: SelfCheck) -> Document:
        ahead = min((step.at for step in one.levels(self._clocks)), default=None)
        return {**_to_document(one), "wake_at": ahead}

    def find(
        self, reach: str, finding: str | None, overdue_at: datetime | None, limit: int, cursor: str | None
    ) -> Sequence[SelfCheck]:
        """Those of the subtree, newest first; `overdue_at` leaves those that were overdue then."""
        where: Document = {"area": {"$gte": reach, "$lt": reach + ":"}}  # ":" comes after every digit
        if finding is not None:
            where["finding"] = finding
        if overdue_at is not None:
            where |= {"answer": None, "due_at": {"$lte": overdue_at}}
        if cursor is not None:
            where["_id"] = {"$lt": id_before(cursor)}
        return [to_self_check(one) for one in self._tx.find(SELF_CHECKS, where, [("_id", -1)], limit)]


def _to_document(one: SelfCheck) -> Document:
    answer = one.answered
    return {
        "_id": one.id,
        "version": one.version,
        "finding": one.finding,
        "area": one.area,
        "due": one.due.isoformat(),
        "due_at": end_of(one.due),
        "note": one.note,
        "level": one.level,
        "made": _from_stamp(one.made),
        "answer": answer
        and {
            "result": answer.result,
            "note": answer.note,
            "findings": list(answer.findings),
            "made": _from_stamp(answer.made),
        },
    }


def to_self_check(document: Document) -> SelfCheck:
    answer = document["answer"]
    return SelfCheck(
        id=document["_id"],
        finding=document["finding"],
        area=document["area"],
        due=date.fromisoformat(document["due"]),
        note=document["note"],
        made=_to_stamp(document["made"]),
        answered=answer
        and CheckAnswer(
            answer["result"], answer["note"], tuple(answer["findings"]), _to_stamp(answer["made"])
        ),
        version=document["version"],
        level=document.get("level", 0),
    )


def _from_stamp(stamp: Stamp) -> Document:
    return {"at": stamp.at, "by": {"sub": stamp.by.sub, "role": stamp.by.role}}


def _to_stamp(document: Document) -> Stamp:
    return Stamp(Actor(**document["by"]), document["at"])
