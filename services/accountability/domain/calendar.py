"""Days and working days of the county: those of Asia/Shanghai, each ending at 24:00 there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 of `day`."""
    return datetime.combine(day + _ONE_DAY, time.min, SHANGHAI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A working day; `provisional` when it was found in a year nobody has announced the holidays of."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday, save for `exceptions`: holidays (False) and make-up days (True), known for `years`."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`."""
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def after(self, day: date, count: int) -> WorkingDay:
        """The `count`-th working day after `day`, which itself does not count; with 0, `day` itself."""
        known = day.year in self.years
        while count > 0:
            day += _ONE_DAY
            known = known and day.year in self.years
            count -= self.is_working(day)
        return WorkingDay(day, not known)
