"""Days, working days and times of day of the county, which keeps the time of Asia/Shanghai."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def _every_day(_day: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments on the days on which the county works, which `is_working` knows: every day, when nothing else is said."""

    is_working: Callable[[date], bool] = _every_day

    def next_at(self, clock: time, after: datetime) -> datetime:
        """The first moment after `after`, in UTC, at which a clock in Shanghai shows `clock` on a working day."""
        day = day_of(after)
        while (moment := datetime.combine(day, clock, SHANGHAI)) <= after or not self.is_working(day):
            day += _ONE_DAY
        return moment.astimezone(UTC)

    def after(self, moment: datetime, days: int) -> datetime:
        """So many working days after `moment`, at the same time of day, in UTC; what comes on a day off counts from
        the beginning of the next working day."""
        day, clock = day_of(moment), moment.astimezone(SHANGHAI).timetz()
        if not self.is_working(day):
            clock = time(tzinfo=SHANGHAI)
            day = self._working_after(day)
        for _ in range(days):
            day = self._working_after(day)
        return datetime.combine(day, clock).astimezone(UTC)

    def _working_after(self, day: date) -> date:
        day += _ONE_DAY
        while not self.is_working(day):
            day += _ONE_DAY
        return day
