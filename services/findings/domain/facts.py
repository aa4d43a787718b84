"""What a team found: the part of a finding that is told when it is posted."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from services.findings.domain.calendar import day_of

# Clocks of phones and servers differ.
MOST_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Place:
    """Where exactly; `kind` is a code of the vocabulary."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A finding as posted. `count` above 1 is a total without details; `units` are the 责任单位, the first leads.

    `responsible` names cadres that the team holds responsible; ids nobody knows (yet) are kept.
    """

    team: str
    method: str
    found_at: datetime
    area: str
    place: Place
    category: str
    severity: str
    description: str
    units: tuple[str, ...]
    suggestion: str | None = None
    immediate: bool = False
    deadline: date | None = None
    count: int = 1
    group: str | None = None
    responsible: tuple[str, ...] = ()
    source_ref: str | None = None
    campaign: str | None = None

    def faults(self, now: datetime) -> dict[str, list[str]]:
        """What cannot be right about it, by field; empty when nothing is wrong."""
        faults: dict[str, list[str]] = {}
        if self.found_at > now + MOST_AHEAD:
            faults["found_at"] = ["lies more than 10 minutes ahead"]
        if self.deadline is not None and self.deadline < day_of(self.found_at):
            faults["deadline"] = ["lies before the day of found_at"]
        return faults

    def content(self) -> dict[str, object]:
        """What makes two postings the same: every field that says something.

        Empty ones are left out, so that a field which a later release adds does not change what was posted before.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, (), False)}
