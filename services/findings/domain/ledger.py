"""Findings of an old ledger, taken over with what had become of them; nothing follows from such a finding.

No rule, warning, notice or overdue level: `historical` says so wherever the finding goes. What people do with it from
now on goes the ordinary way.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from services.findings.domain.calendar import day_of, start_of
from services.findings.domain.moves import Status
from services.findings.domain.parts import Block, Dispute, Report

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

_REPORTED = frozenset({Status.REPORTED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger says had become of a finding. A day stands for its beginning."""

    status: Status
    closed_on: date | None = None
    reported_on: date | None = None
    completed_on: date | None = None
    measures: str | None = None
    status_note: str | None = None

    def faults(self, now: datetime) -> dict[str, list[str]]:
        """What cannot be right about it, by field. That something was mended before it was found is only flagged."""
        faults: dict[str, list[str]] = {}
        closed = self.status is Status.CLOSED
        if closed != (self.closed_on is not None):
            faults["closed_on"] = ["a closed finding, and no other, has the day on which it was closed"]
        for name in ("reported_on", "completed_on", "measures"):
            if getattr(self, name) is not None and self.status not in _REPORTED:
                faults[name] = ["only a finding that is reported or closed has it"]
        for name in ("closed_on", "reported_on", "completed_on"):
            day = getattr(self, name)
            if day is not None and day > day_of(now):
                faults.setdefault(name, []).append("lies in the future")
            if day is not None and self.closed_on is not None and day > self.closed_on:
                faults.setdefault(name, []).append("lies after closed_on")
        return faults

    def content(self) -> dict[str, Any]:
        """What makes two such lines the same."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def told_on(self) -> date | None:
        """The day on which it was reported, as near as the ledger tells."""
        return self.reported_on or self.completed_on or self.closed_on


def take_over(finding: "Finding", past: Past) -> None:
    """Bring a finding that was just posted to where the ledger says it was: one step, told as its posting."""
    made = finding.posted
    finding.historical = True
    finding.status = past.status
    # A deadline of a past year is what it was, whatever the calendar will learn.
    base = replace(finding.clock.base, provisional=False)
    finding.clock = replace(finding.clock, base=base, started_at=finding.facts.found_at)
    if past.status in _REPORTED:
        day = past.told_on
        stamp = made if day is None else replace(made, at=start_of(day))
        done = past.completed_on or day or day_of(made.at)
        finding.latest_report = Report(past.measures or "", done, stamp)
    if past.closed_on is not None:
        finding.closed_at = start_of(past.closed_on)
    if past.status is Status.BLOCKED:
        finding.latest_block = Block(past.status_note or "", "", day_of(made.at), made)
    if past.status is Status.DISPUTED:
        finding.latest_dispute = Dispute(past.status_note or "", Status.ISSUED, made)
    if finding.waits:
        finding.clock = finding.clock.wait(made.at)
    (posted,) = finding.pending
    finding.pending[:] = [
        replace(posted, after=past.status, note=past.status_note, details={"ledger": past.content()})
    ]
