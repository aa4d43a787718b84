"""When a finding is due: the county's rules as values (deploy/county/deadlines.yaml), worked out on its calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.findings.domain.calendar import WorkingCalendar, day_of, end_of, moment_of


@dataclass(frozen=True, slots=True)
class Due:
    """Due at a moment, on a day; `provisional` while the holidays of that year are not announced."""

    at: datetime
    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """So many working days for findings of this severity and category; None means any."""

    severity: str | None
    category: str | None
    working_days: int
    valid_from: date

    def fits(self, severity: str, category: str, day: date) -> bool:
        """Whether the row speaks of such a finding posted on `day`."""
        return (
            self.valid_from <= day and self.severity in (None, severity) and self.category in (None, category)
        )

    @property
    def rank(self) -> tuple[bool, bool, date]:
        """Both before category alone before severity alone; of two equals the later one."""
        return self.category is not None, self.severity is not None, self.valid_from


@dataclass(frozen=True, slots=True)
class ImmediateRule:
    """立行立改: due at `due_at` of its working day; posted at `posted_after` or later, of the next one."""

    due_at: time
    posted_after: time


@dataclass(frozen=True, slots=True)
class DisputePeriod:
    """So many days after its posting a finding may be disputed."""

    days: int
    valid_from: date


@dataclass(frozen=True)
class DeadlineRules:
    """All rules of the county. Its loader sees to it that every severity has a row."""

    rows: Sequence[DeadlineRow]
    immediate: ImmediateRule
    calendar: WorkingCalendar
    disputes: Sequence[DisputePeriod] = ()

    def due(
        self,
        *,
        severity: str,
        category: str,
        immediate: bool,
        deadline: date | None,
        posted_at: datetime,
        in_force: date | None = None,
    ) -> Due:
        """When a finding posted at `posted_at` is due; a deadline that the team gave overrides every rule.

        `in_force`: by the rules of that day, not of the day of posting, which may lie before every rule.
        """
        if deadline is not None:
            return Due(end_of(deadline), deadline)
        if immediate:
            return self._immediate(posted_at)
        posted_on = day_of(posted_at)
        fitting = [row for row in self.rows if row.fits(severity, category, in_force or posted_on)]
        last = self.calendar.after(posted_on, max(fitting, key=lambda row: row.rank).working_days)
        return Due(end_of(last.day), last.day, last.provisional)

    def dispute_until(self, posted_at: datetime) -> datetime | None:
        """The moment until which a finding posted at `posted_at` may be disputed; None where no period is in force."""
        day = day_of(posted_at)
        in_force = [one for one in self.disputes if one.valid_from <= day]
        if not in_force:
            return None
        return end_of(day + timedelta(days=max(in_force, key=lambda one: one.valid_from).days))

    @property
    def known_to(self) -> date | None:
        """The last day up to which all holidays are announced; None when no year's are."""
        years = self.calendar.years
        if not years:
            return None
        last = min(years)
        while last + 1 in years:
            last += 1
        return date(last, 12, 31)

    def _immediate(self, posted_at: datetime) -> Due:
        day = day_of(posted_at)
        in_time = posted_at < moment_of(day, self.immediate.posted_after)
        wait = 0 if in_time and self.calendar.is_working(day) else 1
        last = self.calendar.after(day, wait)
        return Due(moment_of(last.day, self.immediate.due_at), last.day, last.provisional)
