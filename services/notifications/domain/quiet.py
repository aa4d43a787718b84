"""Hours in which nothing but what is urgent leaves the house: the county's, and those a recipient has asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.notifications.domain.calendar import SHANGHAI


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, HH:MM, over midnight when the first is later; none when both are the same."""

    start: str
    end: str

    def over_at(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        local = moment.astimezone(SHANGHAI)
        clock = local.time()
        if start <= end:
            quiet, days = start <= clock < end, 0
        else:
            quiet, days = clock >= start or clock < end, int(clock >= start)
        if not quiet:
            return moment
        return datetime.combine(local.date() + timedelta(days=days), end, SHANGHAI).astimezone(UTC)


def after_quiet(hours: Iterable[QuietHours | None], moment: datetime) -> datetime:
    """The first moment from this one on that falls into none of these hours.

    Where together they leave no minute of the day nobody would ever be told: then it is the moment itself.
    """
    known = [one for one in hours if one is not None]
    wanted = moment
    while (later := max((one.over_at(wanted) for one in known), default=wanted)) > wanted:
        wanted = later
        if wanted - moment >= timedelta(days=1):
            return moment
    return wanted
