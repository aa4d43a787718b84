"""Days, working days and times of day of the county, which keeps the time of Asia/Shanghai."""

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


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which the county works.

    They are every day, or (`weekdays`) Monday to Friday; `exceptions` are holidays (False) and make-up days (True).
    A year that nobody has announced the holidays of has no exceptions.
    """

    weekdays: bool = False
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`."""
        return self.exceptions.get(day, not self.weekdays or day.weekday() < _SATURDAY)

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
