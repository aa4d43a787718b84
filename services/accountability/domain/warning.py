"""A warning 预警提醒: issued by a rule at once; no sanction. It may be objected to, and falls when its ground falls."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.calendar import day_of
from services.accountability.domain.errors import (
    InvalidError,
    InvalidTransitionError,
    ObjectionLateError,
    SamePersonError,
)
from services.accountability.domain.events import (
    WarningDecided,
    WarningIssued,
    WarningObjected,
    WarningRevoked,
)
from services.accountability.domain.finding import Finding
from services.accountability.domain.rules import Because

ISSUED, OBJECTED, UPHELD, REVOKED = STATUSES = ("issued", "objected", "upheld", "revoked")
OBJECTION_UPHELD = "objection_accepted"
_OPEN: Mapping[str, Mapping[str, Collection[str]]] = {
    ISSUED: {"object": ("cadre", "commission")},
    OBJECTED: {"decide": ("approver",)},
    UPHELD: {},
    REVOKED: {},
}
"""By status, the moves and who may do them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What came on paper and was entered by the commission: on which day it was handed in, and where the scan is."""

    on: date
    document: str


@dataclass(frozen=True, slots=True)
class Objection:
    """What the warned person says against it; `by` entered it, from `paper` where the person did not do it himself."""

    grounds: str
    at: datetime
    by: str
    paper: Paper | None = None

    @property
    def day(self) -> date:
        """The day on which it was made: that of the paper, where there is one."""
        return self.paper.on if self.paper else day_of(self.at)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of the objection: the warning is upheld, or revoked."""

    result: str
    reason: str
    at: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class IssuedWarning(Aggregate):
    """One for each (finding, cadre, rule) while it stands; `name` is masked."""

    finding: Finding
    cadre: str
    name: str
    because: tuple[Because, ...]
    status: str = ISSUED
    revoked_reason: str | None = None
    revoked_at: datetime | None = None
    received_at: datetime | None = None
    objection: Objection | None = None
    decision: Decision | None = None

    @classmethod
    def issue(
        cls, warning_id: str, finding: Finding, cadre: str, name: str, because: Because, at: datetime
    ) -> "IssuedWarning":
        """Warn a person."""
        warning = cls(
            id=warning_id,
            created_at=at,
            updated_at=at,
            finding=finding,
            cadre=cadre,
            name=name,
            because=(because,),
        )
        warning.changed(at)
        warning.pending.append(WarningIssued(at))
        return warning

    @property
    def standing(self) -> bool:
        """Whether it still counts."""
        return self.status != REVOKED

    def moves_of(self, role: str) -> list[str]:
        """What a role may do with it now."""
        return [move for move, whose in _OPEN[self.status].items() if role in whose]

    def receive(self, received_at: datetime, at: datetime) -> bool:
        """Its notice was signed, or refused before witnesses; the first time counts, periods run from it."""
        if self.received_at is not None:
            return False
        self.received_at = received_at
        self.changed(at)
        return True

    def object(self, objection: Objection, until: date | None, role: str) -> None:
        """The warned person objects; `until` is the last day for it, none while nobody knows that he has the warning.

        Raises:
            InvalidTransitionError: it was objected to already, or stands no more.
            InvalidError: the paper is older than the warning.
            ObjectionLateError: the period is over.
        """
        self._open("object", role)
        if objection.day < day_of(self.created_at):
            raise InvalidError({"paper.on": [f"lies before the warning of {day_of(self.created_at)}"]})
        if until is not None and objection.day > until:
            raise ObjectionLateError(until)
        self.status, self.objection = OBJECTED, objection
        self.changed(objection.at)
        self.pending.append(WarningObjected(objection.at, objection.by))

    def decide(self, decision: Decision, role: str) -> None:
        """Somebody else judges the objection.

        Raises:
            InvalidTransitionError: nobody has objected, or it is decided.
            SamePersonError: who entered the objection may not decide on it.
        """
        self._open("decide", role)
        if self.objection is not None and self.objection.by == decision.by:
            raise SamePersonError("who entered the objection may not decide on it")
        self.decision = decision
        if decision.result == REVOKED:
            self._fall(OBJECTION_UPHELD, decision.at, decision.by)
            return
        self.status = UPHELD
        self.changed(decision.at)
        self.pending.append(WarningDecided(decision.at, decision.by))

    def revoke(self, reason: str, at: datetime) -> None:
        """Its ground fell. A second time nothing happens."""
        if self.standing:
            self._fall(reason, at)

    def _fall(self, reason: str, at: datetime, by: str | None = None) -> None:
        self.status = REVOKED
        self.revoked_reason = reason
        self.revoked_at = at
        self.changed(at)
        self.pending.append(WarningRevoked(at, by, reason=reason))

    def _open(self, move: str, role: str) -> None:
        if move not in _OPEN[self.status]:
            raise InvalidTransitionError(move, "warning", self.status, self.moves_of(role))
