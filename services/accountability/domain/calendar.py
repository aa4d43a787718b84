"""Days of the county: those of Asia/Shanghai, each ending at 24:00 there."""

from datetime import date, datetime, timedelta, timezone

# China keeps one offset, without summer time, since 1991: a fixed offset needs no time zone data.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day in Shanghai that `moment` falls on."""
    return moment.astimezone(SHANGHAI).date()
