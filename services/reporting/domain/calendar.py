"""Days of the county and moments out of events. Days are those of Asia/Shanghai; a day ends at 24:00 there."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """0:00 of `day`, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 of `day`, in UTC."""
    return start_of(day + timedelta(days=1))


def kept(moment: datetime) -> datetime:
    """As the database keeps a moment: UTC in whole milliseconds."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def moment(text: str | None) -> datetime | None:
    """A moment that an event tells (RFC 3339 with offset)."""
    return None if text is None else kept(datetime.fromisoformat(text))
