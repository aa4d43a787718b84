"""Days and working days of the county: those of Asia/Shanghai, each ending at 24:00 there."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 of `day`."""
    return datetime.combine(day + _ONE_DAY, time.min, SHANGHAI).astimezone(UTC)


class WorkingDay(Protocol):
    """A working day; `provisional` when it was found in a year nobody has announced the holidays of."""

    @property
    def day(self) -> date: ...

    @property
    def provisional(self) -> bool: ...


class WorkingCalendar(Protocol):
    """The days on which the county works."""

    def after(self, day: date, count: int) -> WorkingDay:
        """The `count`-th working day after `day`, which itself does not count; with 0, `day` itself."""
        ...
