"""An appeal 申诉、复审、复核 against a measure: lodged by the person, decided by somebody else than who approved."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.calendar import day_of
from services.accountability.domain.errors import (
    AppealLateError,
    InvalidError,
    InvalidTransitionError,
    SamePersonError,
)
from services.accountability.domain.events import AppealDecided, AppealLodged
from services.accountability.domain.measure import REVOKED, VARIED, Measure
from services.accountability.domain.measure_parts import Grounds, Person
from services.accountability.domain.warning import Paper

LODGED, UPHELD = "lodged", "upheld"
RESULTS = (UPHELD, VARIED, REVOKED)
STATUSES = (LODGED, *RESULTS)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the person says against the measure; `by` entered it, from `paper` where it was not the person himself."""

    grounds: str
    lodged_at: datetime
    by: str
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class AppealDecision:
    """`body` decided, `by` entered it; `replaced_by` is the lighter measure in the place of a varied one."""

    result: str
    reason: str
    body: str
    at: datetime
    by: str
    replaced_by: str | None = None


@dataclass(slots=True, kw_only=True)
class Appeal(Aggregate):
    """At most one for each measure. The execution goes on until it is decided."""

    measure: str
    kind: str
    grounds: Grounds
    person: Person
    approved_by: str
    statement: Statement
    status: str = LODGED
    decision: AppealDecision | None = None

    @classmethod
    def lodge(
        cls, appeal_id: str, measure: Measure, statement: Statement, role: str, at: datetime
    ) -> "Appeal":
        """Through 24:00 of the last day; while the decision is not served its period does not run.

        Raises:
            InvalidTransitionError: the measure stands no more, or the person does not know of it yet.
            InvalidError: the paper is older than the service.
            AppealLateError: the period is over.
        """
        if not (measure.standing and measure.known):
            raise InvalidTransitionError("appeal", "measure", measure.status, measure.moves_of(role))
        day = day_of(statement.lodged_at)
        if measure.served is not None and day < day_of(measure.served.at):
            raise InvalidError({"paper.on": ["lies before the service of the decision"]})
        if measure.appeal_until is not None and day > measure.appeal_until:
            raise AppealLateError(measure.appeal_until)
        appeal = cls(
            id=appeal_id,
            created_at=at,
            updated_at=at,
            measure=measure.id,
            kind=measure.terms.kind,
            grounds=measure.grounds,
            person=measure.person,
            approved_by=measure.approved_by,
            statement=statement,
        )
        appeal.changed(at)
        appeal.pending.append(AppealLodged(at, statement.by))
        return appeal

    @property
    def moves(self) -> tuple[str, ...]:
        """What may be done with it now."""
        return ("decide",) if self.status == LODGED else ()

    def may_decide(self, by: str) -> None:
        """Refuse whoever approved the measure, or entered the appeal.

        Raises:
            InvalidTransitionError: it is decided.
            SamePersonError: as said.
        """
        if self.status != LODGED:
            raise InvalidTransitionError("decide", "appeal", self.status, self.moves)
        if by in (self.approved_by, self.statement.by):
            raise SamePersonError("somebody else than who approved the measure decides on the appeal")

    def decide(self, decision: AppealDecision) -> None:
        """End it; what follows for the measure is done beside."""
        self.may_decide(decision.by)
        self.status, self.decision = decision.result, decision
        self.changed(decision.at)
        self.pending.append(AppealDecided(decision.at, decision.by))

    def follow(self, grounds: Grounds, at: datetime) -> bool:
        """Who may know of its case has changed."""
        if grounds == self.grounds:
            return False
        self.grounds = grounds
        self.changed(at)
        return True
