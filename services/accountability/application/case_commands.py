"""What can be done with cases and measures."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.accountability.application.commands import Seen
from services.accountability.domain.disposition import (
    FORMS,
    RESPONSIBILITIES,
    Conduct,
    Elsewhere,
    PlannedMeasure,
)
from services.accountability.domain.measure import METHODS
from services.accountability.domain.measure_parts import Refusal
from shared.contracts.claims import Claims

MEASURE_FORMS = FORMS
RESPONSIBILITY_KINDS = RESPONSIBILITIES
SERVICE_METHODS = METHODS
RefusedService = Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """Every command about a case: which one, by whom, and whether he knows it as it is. To propose, approve and close
    it nothing more is said."""

    id: str
    by: Claims
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedMove(OfCase):
    """To return, dismiss or supplement it the reason is said."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCase(OfCase):
    facts: str
    title: str | None = None
    conduct: Conduct | None = None
    investigators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteDisposition(OfCase):
    """What is to become of one person; one of the three outcomes is given."""

    cadre: str
    responsibility: str
    measures: tuple[PlannedMeasure, ...] = ()
    no_action: str | None = None
    elsewhere: Elsewhere | None = None
    conduct: Conduct | None = None
    defence: str | None = None
    defence_waived: str | None = None

    @classmethod
    def from_body(cls, body: dict[str, Any], **of_case: Any) -> "WriteDisposition":
        """The validated body of a request."""
        outcome, waived = body["outcome"], body["defence_waived"]
        elsewhere = outcome.get("elsewhere")
        return cls(
            **of_case,
            responsibility=body["responsibility"],
            measures=tuple(
                PlannedMeasure(**{**one, "documents": tuple(one["documents"])})
                for one in outcome.get("measures", ())
            ),
            no_action=outcome.get("no_action"),
            elsewhere=None if elsewhere is None else Elsewhere(**elsewhere),
            conduct=conduct_of(body["conduct"]),
            defence=body["defence"],
            defence_waived=None if waived is None else waived["reason"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportElsewhere(OfCase):
    """What became of a person who is handled elsewhere."""

    cadre: str
    result: str
    reported_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCase(ReasonedMove):
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDocument(OfCase):
    title: str
    number: str | None = None
    dated: date | None = None
    text: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDocumentFile(OfCase):
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAccess(OfCase):
    restricted: bool
    handlers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuse(ReasonedMove):
    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMeasure:
    """Every command about a measure: which one, by whom, and whether he knows it as it is."""

    id: str
    by: Claims
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeMeasure(OfMeasure):
    """`receipt` describes the proof of service; where the person refused, `refusal` stands for it.
    `submission_due`: the last day for a written self-criticism, else by the county's rule."""

    method: str
    at: datetime
    receipt: str | None = None
    refusal: Refusal | None = None
    submission_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeMeasure(OfMeasure):
    """`body` is who revoked it."""

    body: str
    reason: str


def conduct_of(told: dict[str, date] | None) -> Conduct | None:
    """A period as requests give it."""
    return None if told is None else Conduct(told["start"], told["end"])
