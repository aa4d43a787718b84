"""Days and working days of the county. Days are those of Asia/Shanghai; a day ends at 24:00 there."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def moment_of(day: date, clock: time) -> datetime:
    """The moment, in UTC, at which a clock in Shanghai shows `clock` on `day`."""
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def start_of(day: date) -> datetime:
    """0:00 of `day`."""
    return moment_of(day, time.min)


def end_of(day: date) -> datetime:
    """24:00 of `day`."""
    return start_of(day + _ONE_DAY)


class WorkingDay(Protocol):
    """A working day; `provisional` when it was found in a year nobody has announced the holidays of."""

    @property
    def day(self) -> date: ...

    @property
    def provisional(self) -> bool: ...


class WorkingCalendar(Protocol):
    """The days on which the county works."""

    @property
    def years(self) -> frozenset[int]:
        """Of which the holidays are announced."""
        ...

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`."""
        ...

    def after(self, day: date, count: int) -> WorkingDay:
        """The `count`-th working day after `day`, which itself does not count; with 0, `day` itself."""
        ...
