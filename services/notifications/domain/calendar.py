"""Days and times of day of the county, which keeps the time of Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def next_at(clock: time, after: datetime) -> datetime:
    """The first moment after `after`, in UTC, at which a clock in Shanghai shows `clock`."""
    moment = datetime.combine(day_of(after), clock, SHANGHAI)
    return (moment if moment > after else moment + timedelta(days=1)).astimezone(UTC)
