"""What people do when measures are carried out: talks, self-criticisms, appeals."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.accountability.application.case_commands import OfMeasure
from services.accountability.application.commands import Seen
from services.accountability.domain import appeal as appeals
from services.accountability.domain import submission as submissions
from services.accountability.domain.disposition import PlannedMeasure
from services.accountability.domain.warning import Paper
from shared.contracts.claims import Claims

SUBMISSION_RESULTS = submissions.RESULTS
APPEAL_RESULTS, APPEAL_STATUSES = appeals.RESULTS, appeals.STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTalk(OfMeasure):
    at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTalk(OfMeasure):
    """`refusal` says why the person did not sign; none where he did."""

    held_at: datetime
    place: str
    talkers: tuple[str, ...]
    recorder: str
    points: str
    statement: str
    refusal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpTalk(OfMeasure):
    held_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(OfMeasure):
    """The person hands in his self-criticism; the commission records it, from `paper` where it has a scan."""

    text: str
    submitted_at: datetime
    paper: Paper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSubmission(OfMeasure):
    result: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LodgeAppeal(OfMeasure):
    """The person appeals; the commission records it from `paper`."""

    grounds: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class LighterMeasure:
    """What takes the place of a varied measure; it runs from the day of the first decision unless it says another."""

    kind: str
    deciding_body: str
    decided_on: date | None = None
    form: str | None = None
    decision_no: str | None = None
    basis: str | None = None

    def planned(self, decided_on: date) -> PlannedMeasure:
        """As a decision of its own."""
        return PlannedMeasure(
            kind=self.kind,
            deciding_body=self.deciding_body,
            decided_on=self.decided_on or decided_on,
            form=self.form,
            decision_no=self.decision_no,
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """`body` decided; `measure` only for a varied one: the one in its place, where it is named at once."""

    appeal: str
    result: str
    reason: str
    by: Claims
    seen: Seen
    body: str | None = None
    measure: LighterMeasure | None = None

    @classmethod
    def from_body(cls, appeal: str, body: dict[str, Any], by: Claims, seen: Seen) -> "DecideAppeal":
        """The validated body of a request."""
        lighter = body["measure"]
        return cls(
            appeal=appeal,
            result=body["result"],
            reason=body["reason"],
            by=by,
            seen=seen,
            body=body["by"],
            measure=None if lighter is None else LighterMeasure(**lighter),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceVaried:
    """The lighter measure in the place of one that was varied on appeal."""

    appeal: str
    measure: LighterMeasure
    by: Claims
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClock:
    """What a statutory clock waits for was done."""

    id: str
    by: Claims
    seen: Seen
    done_on: date
    note: str


def paper_of(told: dict[str, Any] | None) -> Paper | None:
    """A paper as requests give it."""
    return None if told is None else Paper(**told)
