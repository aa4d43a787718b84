"""Parts of a finding: what people told or decided on the way from posting to close-out."""

from dataclasses import dataclass
from datetime import date, datetime

from services.findings.domain.moves import Actor, Status


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did it, and when."""

    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """How the unit means to mend it, who sees to it, and by which day."""

    measures: str
    person: str
    due: date


@dataclass(frozen=True, slots=True)
class Report:
    """The unit says it is mended: how, and on which day it was."""

    measures: str
    completed_on: date
    made: Stamp


@dataclass(frozen=True, slots=True)
class Block:
    """The unit cannot mend it for now; looked at again on `review_on`. `granted` by whom, None until decided."""

    reason: str
    needs: str
    review_on: date
    made: Stamp
    granted: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """The unit denies it; when upheld, the finding goes back to `came_from`."""

    grounds: str
    came_from: Status
    made: Stamp


@dataclass(frozen=True, slots=True)
class Merged:
    """It is the same as the finding `into`, which goes on for both; unmerged it goes back to `came_from`."""

    into: str
    came_from: Status


@dataclass(frozen=True, slots=True)
class Responsible:
    """A cadre who answers for the finding; `role` is a code of the vocabulary (`duty_role`)."""

    cadre: str
    role: str


@dataclass(frozen=True, slots=True)
class Extension:
    """The unit asks for time until the end of a day; `decided` by whom, None while it waits."""

    until: date
    reason: str
    made: Stamp
    decided: Stamp | None = None
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Referral:
    """Team or office ask that people be held to account; `decided` by whom, None while it waits."""

    reason: str
    made: Stamp
    decided: Stamp | None = None
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Revisit:
    """回头看: the team looked again after close-out; `recurrence` is the new finding where it had come back."""

    passed: bool
    made: Stamp
    recurrence: str | None = None
