"""An appeal 申诉、复审、复核 against a measure: lodged by the person, decided by somebody else than who approved."""

from dataclasses import dataclass, replace
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
    """`body` decided, `by` entered it; `replaced_by` is the lighter measure in the place of a varied one, as soon as it
    is named."""

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
        """What may be done with it now: a varied measure without another in its place still waits for that one."""
        if self.status == LODGED:
            return ("decide",)
        decision = self.decision
        waits = self.status == VARIED and decision is not None and decision.replaced_by is None
        return ("replace",) if waits else ()

    @property
    def partial(self) -> tuple[str, str]:
        """Who may not decide on it: whoever approved the measure, and whoever entered the appeal."""
        return self.approved_by, self.statement.by

    def may(self, move: str, by: str) -> None:
        """Refuse what is not to be done now, and who may not do it.

        Raises:
            InvalidTransitionError, SamePersonError.
        """
        if move not in self.moves:
            raise InvalidTransitionError(move, "appeal", self.status, self.moves)
        if by in self.partial:
            raise SamePersonError("somebody else than who approved the measure decides on the appeal")

    def decide(self, decision: AppealDecision) -> None:
        """End it; what follows for the measure is done beside."""
        self.may("decide", decision.by)
        self.status, self.decision = decision.result, decision
        self.changed(decision.at)
        self.pending.append(AppealDecided(decision.at, decision.by))

    def name_lighter(self, measure: str, by: str, at: datetime) -> None:
        """The measure in the place of the varied one, where the decision did not name it at once."""
        self.may("replace", by)
        assert self.decision is not None, "a varied one is decided"
        self.decision = replace(self.decision, replaced_by=measure)
        self.changed(at)

    def follow(self, grounds: Grounds, at: datetime) -> bool:
        """Who may know of its case has changed."""
        if grounds == self.grounds:
            return False
        self.grounds = grounds
        self.changed(at)
        return True
