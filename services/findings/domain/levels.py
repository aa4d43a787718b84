"""What is told of a finding by the passing of time alone: a reminder, overdue levels, reviews, waiting reports.

The periods are the county's (deploy/county/deadlines.yaml). Each step is told once to a unit (a transfer starts
anew), a review once for each block and a wait once for each report; what was told is kept with the finding. After a
long standstill every level that was passed is told, the lowest first: to each another person is told, and another
rule speaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from services.findings.domain.calendar import WorkingCalendar, day_of, end_of, start_of
from services.findings.domain.moves import RUNNING, Status

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

_INSTANT = timedelta(microseconds=1)
ASSIGNED_WITHIN = timedelta(seconds=30)
"""So long after posting a level waits for the people who are to be told of it, where nobody answers yet."""


class Alarm(StrEnum):
    """What runs out; named in events as the move, or as the rule of a clock."""

    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    REVIEW = "review"
    UNVERIFIED = "unverified"
    SELF_CHECK = "self_check"


@dataclass(frozen=True, slots=True)
class Step:
    """A clock that runs out `at` a moment. `since` tells which block or report it is about."""

    clock: Alarm
    at: datetime
    level: int = 0
    supervised: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What has been told: the highest overdue level, the reminder, and for which block and which report.

    `clocks` counts what was told beside the levels.
    """

    level: int = 0
    clocks: int = 0
    reminded: bool = False
    reviewed: datetime | None = None
    unverified: datetime | None = None

    def after(self, step: Step) -> "Told":
        """What has been told once `step` is."""
        if step.clock is Alarm.OVERDUE:
            return replace(self, level=step.level)
        clocks = self.clocks + 1
        if step.clock is Alarm.DUE_SOON:
            return replace(self, clocks=clocks, reminded=True)
        if step.clock is Alarm.REVIEW:
            return replace(self, clocks=clocks, reviewed=step.since)
        return replace(self, clocks=clocks, unverified=step.since)


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Level:
    """Reached so many working days after the moment from which the finding is overdue; 0 is that moment itself."""

    level: int
    working_days: int
    supervised: bool
    valid_from: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """Sent when so many hundredths of the time from posting to the deadline are over."""

    percent: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Verification:
    """A report waits for its verification so many working days after its day before that is told."""

    working_days: int
    valid_from: date


Row = TypeVar("Row", Level, Reminder, Verification)


@dataclass(frozen=True)
class ClockRules:
    """The county's periods; of rows about the same the latest that held on the day of posting counts."""

    levels: Sequence[Level]
    reminders: Sequence[Reminder]
    verifications: Sequence[Verification]
    calendar: WorkingCalendar

    @property
    def numbers(self) -> list[int]:
        """The levels there are, the lowest first."""
        return sorted({row.level for row in self.levels})

    def wake_at(self, finding: "Finding") -> datetime | None:
        """When the finding is to be looked at next, if nothing happens until then; None for never."""
        return min((step.at for step in self._ahead(finding)), default=None)

    def run_out(self, finding: "Finding", now: datetime) -> list[Step]:
        """What has run out by `now` and was not told, in the order in which it is to be told."""
        found = [step for step in self._ahead(finding) if step.at <= now]
        if any(step.clock is Alarm.OVERDUE for step in found):
            # Too late to remind of what is over.
            found = [step for step in found if step.clock is not Alarm.DUE_SOON]
        return sorted(found, key=lambda step: (step.at, step.level))

    def _ahead(self, finding: "Finding") -> Iterator[Step]:
        """Every step that the finding has before it in the status it is in."""
        if finding.historical:
            return
        posted_on = day_of(finding.posted.at)
        if finding.status in RUNNING:
            yield from self._reminder(finding, posted_on)
        elif finding.status is Status.BLOCKED:
            yield from _review(finding)
        elif finding.status is Status.REPORTED:
            yield from self._unverified(finding)
        if finding.overdue_from is not None:
            earliest = finding.clock.started_at + (timedelta() if finding.responsible else ASSIGNED_WITHIN)
            for step in self.levels_after(finding.overdue_from, finding.told.level, posted_on):
                yield replace(step, at=max(step.at, earliest))

    def levels_after(self, overdue_from: datetime, told: int, posted_on: date) -> Iterator[Step]:
        """The levels above `told`, for what was asked on `posted_on` and is overdue from a moment on."""
        # A deadline at 24:00 belongs to the day that it ends.
        last_day = day_of(overdue_from - _INSTANT)
        clock = overdue_from - start_of(last_day)
        for number in self.numbers:
            row = _valid([row for row in self.levels if row.level == number], posted_on)
            if row is not None and number > told:
                day = self.calendar.after(last_day, row.working_days).day
                yield Step(Alarm.OVERDUE, start_of(day) + clock, number, row.supervised)

    def _reminder(self, finding: "Finding", posted_on: date) -> Iterator[Step]:
        row, told = _valid(self.reminders, posted_on), finding.told
        began = finding.clock.started_at
        time = finding.due.at - began
        if row is not None and not told.reminded and not told.level and time > timedelta():
            yield Step(Alarm.DUE_SOON, began + time * row.percent / 100)

    def verify_by(self, finding: "Finding") -> datetime | None:
        """By when its report is to be verified; None without a report."""
        row, report = _valid(self.verifications, day_of(finding.posted.at)), finding.latest_report
        if row is None or report is None:
            return None
        return end_of(self.calendar.after(day_of(report.made.at), row.working_days).day)

    def _unverified(self, finding: "Finding") -> Iterator[Step]:
        at, report = self.verify_by(finding), finding.latest_report
        if at is not None and report is not None and finding.told.unverified != report.made.at:
            yield Step(Alarm.UNVERIFIED, at, since=report.made.at)


def _review(finding: "Finding") -> Iterator[Step]:
    block = finding.latest_block
    if block is not None and finding.told.reviewed != block.made.at:
        yield Step(Alarm.REVIEW, start_of(block.review_on), since=block.made.at)


def _valid(rows: Sequence[Row], day: date) -> Row | None:
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=None)
