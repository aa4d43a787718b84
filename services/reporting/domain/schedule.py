"""The county's day: bulletins that draft themselves at their time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.reporting.domain.calendar import SHANGHAI, day_of

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = "every_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bulletin of the schedule: `at` that time on those days (`each`), of so many days up to its own."""

    id: str
    kind: str
    area: str
    at: time
    each: str
    days: int
    valid_from: date

    def last_slot(self, now: datetime) -> datetime | None:
        """The last moment, up to now, at which it was due; None before it counts."""
        day = day_of(now)
        for back in range(len(WEEK) + 1):
            candidate = day - timedelta(days=back)
            moment = datetime.combine(candidate, self.at, SHANGHAI)
            if moment <= now and self.each in (EVERY_DAY, WEEK[candidate.weekday()]):
                return moment if candidate >= self.valid_from else None
        return None

    def span(self, slot: datetime) -> tuple[date, date]:
        """The days that the bulletin is of, both included."""
        until = day_of(slot)
        return until - timedelta(days=self.days - 1), until
