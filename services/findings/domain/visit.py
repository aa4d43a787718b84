"""督导走访: a team goes somewhere, planned or not, and says what it found, also when that is nothing."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.findings.domain.calendar import day_of
from services.findings.domain.errors import InvalidError, VisitRecordedError
from services.findings.domain.facts import MOST_AHEAD, Place
from services.findings.domain.parts import Stamp

VisitResult = Literal["clean", "found"]


@dataclass(frozen=True, slots=True)
class Nearby:
    """The county's rule of when another team's visit to the same place is named (visits.yaml)."""

    days: int
    most: int


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a team goes and what for; `plan` is the inspection plan it belongs to, in the team's words."""

    team: str
    area: str
    place: Place
    method: str
    planned_on: date | None = None
    plan: str | None = None
    campaign: str | None = None

    @property
    def place_key(self) -> str:
        """The same for the same place, however its name is spaced and signed."""
        name = unicodedata.normalize("NFKC", self.place.name).lower()
        return f"{self.area}:{''.join(sign for sign in name if sign.isalnum())}"


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What came of it; `findings` are those the team posted there."""

    visited_at: datetime
    result: VisitResult
    findings: tuple[str, ...]
    note: str | None
    made: Stamp


@dataclass(slots=True)
class Visit:
    """One visit of one team, planned (no outcome yet) or done."""

    id: str
    errand: Errand
    made: Stamp
    outcome: VisitOutcome | None = None
    version: int = 1

    def record(self, outcome: VisitOutcome) -> None:
        """The team was there, once."""
        if self.outcome is not None:
            raise VisitRecordedError
        if outcome.visited_at > outcome.made.at + MOST_AHEAD:
            raise InvalidError({"visited_at": ["lies in the future; send it once the team has been there"]})
        if (outcome.result == "found") != bool(outcome.findings):
            raise InvalidError({"findings": ["name the findings posted there, or none when it was clean"]})
        self.outcome = outcome

    @property
    def day(self) -> date:
        """The day of the visit, or for which it is planned."""
        if self.outcome is not None:
            return day_of(self.outcome.visited_at)
        assert self.errand.planned_on is not None, "a visit is planned, done, or both"
        return self.errand.planned_on

    @property
    def updated_at(self) -> datetime:
        """When it was last told of."""
        return self.outcome.made.at if self.outcome is not None else self.made.at
