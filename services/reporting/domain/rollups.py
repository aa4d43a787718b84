"""Rollups: statistics that are kept added up, by township and by days and months.

A finding has a share in them: where it counts (township, days, keys) and as what (its facet). What changes a finding
takes its old share out and puts the new one in. A rollup is one township on one day, or in one month, of the finding's
`found`, `posted` or `closed`; in it each key has a line for each facet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from services.reporting.domain.calendar import day_of
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import DAY_FIELDS, Filters
from services.reporting.domain.statistics import KEYS, is_first, is_recurrence, keys_of
from services.reporting.domain.view import View

DAY, MONTH = "d", "m"
EVER = "found"
"""What has happened to each."""
TOWNSHIP = 9
"""Digits of a township's code. Villages have few findings: their statistics are made of the facts."""
_SERVED = {"reach", "by_unit", "area", "date", "since", "until"}
Facet = tuple[str, bool, bool, bool, datetime | None, datetime | None]
"""Status, on time, recurrence, first, and from when it is overdue and past its deadline."""
Line = tuple[str, str | None, Facet]
"""Of what (a key of the statistics), which of them, and as what."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one finding adds. `days` as dates in ISO form by what happened; `keys` by what is counted by."""

    township: str
    days: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, tuple[str | None, ...]], ...]
    facet: Facet
    items: int
    seconds: float | None

    def counts_in(self, filters: Filters) -> bool:
        """Whether it counts in statistics with these filters."""
        day = dict(self.days).get(happened(filters))
        if day is None or not self.township.startswith(within(filters)):
            return False
        since, until = filters.since, filters.until
        return (since is None or since.isoformat() <= day) and (until is None or day <= until.isoformat())

    def places(self) -> Iterator["Place"]:
        """The rollups that it is in."""
        for what, day in self.days:
            yield Place(what, DAY, day, self.township)
            yield Place(what, MONTH, day[:7], self.township)

    def lines(self, by: str | None = None) -> Iterator[Line]:
        """The lines that it counts in, of each of them or of one `by` alone."""
        for name, keys in self.keys:
            if by is None or name == by:
                yield from ((name, key, self.facet) for key in keys)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Which rollup: a period of what happened, in a township (or the county itself)."""

    what: str
    length: str
    period: str
    township: str

    @property
    def id(self) -> str:
        """In the order of time within what and length."""
        return f"{self.what}|{self.length}|{self.period}|{self.township}"


@dataclass(slots=True)
class Sum:
    """What a line holds: findings, problems, and from posting to the passing report of each that has it."""

    findings: int = 0
    items: int = 0
    seconds: Counter[float] = field(default_factory=Counter)

    def add(self, share: Share, times: int) -> None:
        self.findings += times
        self.items += times * share.items
        if share.seconds is not None:
            self.seconds[share.seconds] += times


@dataclass(frozen=True, slots=True)
class Span:
    """Rollups of a length whose periods lie between two, both included."""

    length: str
    first: str
    last: str


def share_of(fact: Fact, seen: View) -> Share | None:
    """What a fact adds; None of a stub."""
    state = fact.state
    if state is None:
        return None
    days = ((what, state.get(name)) for what, name in DAY_FIELDS.items())
    return Share(
        township=state["area"][:TOWNSHIP],
        days=tuple((what, day_of(at).isoformat()) for what, at in days if at is not None),
        keys=tuple((by, tuple(keys_of(fact, by))) for by in KEYS),
        facet=(
            state["status"],
            seen.on_time,
            is_recurrence(state),
            is_first(state),
            seen.overdue_from,
            seen.past_from,
        ),
        items=state["count"],
        seconds=seen.rectified_seconds,
    )


def serves(filters: Filters) -> bool:
    """Whether rollups tell what these filters ask for."""
    others = {one.name for one in fields(Filters)} - _SERVED
    if filters.by_unit or any(getattr(filters, name) is not None for name in others):
        return False
    days = (day for day in (filters.since, filters.until) if day is not None)
    return len(within(filters)) <= TOWNSHIP and all(1 < day.year < date.max.year for day in days)


def apart(filters: Filters) -> bool:
    """Whether what is asked for lies outside of the caller's area: then there is nothing to tell."""
    area = filters.area or filters.reach
    return not area.startswith(filters.reach) and not filters.reach.startswith(area)


def within(filters: Filters) -> str:
    """The area that is asked for: the smaller one of the caller's and the filter's."""
    return max(filters.reach, filters.area or "", key=len)


def happened(filters: Filters) -> str:
    """What has to lie in the period. Without one everything counts, also what was never closed."""
    return EVER if filters.since is None and filters.until is None else filters.date


def spans(filters: Filters) -> list[Span]:
    """The whole months between the days that are asked for, and the days around them."""
    since, until = filters.since, filters.until
    months = (_month_from(since), _month_until(until))
    if since and until and months[0] > months[1]:
        return [Span(DAY, since.isoformat(), until.isoformat())]
    found = [Span(MONTH, *months)]
    if since and since.day > 1:
        found.append(Span(DAY, since.isoformat(), f"{since.isoformat()[:7]}-31"))
    if until and (until + timedelta(days=1)).day > 1:
        found.append(Span(DAY, f"{until.isoformat()[:7]}-01", until.isoformat()))
    return found


def netted(changes: Iterable[tuple[int, Share]]) -> Mapping[Share, int]:
    """What was put in and taken out again is left out."""
    counted: Counter[Share] = Counter()
    for times, share in changes:
        counted[share] += times
    return {share: times for share, times in counted.items() if times}


def _month_from(since: date | None) -> str:
    """The first month that lies in it as a whole."""
    if since is None:
        return ""
    return (since if since.day == 1 else since.replace(day=1) + timedelta(days=32)).isoformat()[:7]


def _month_until(until: date | None) -> str:
    """The last month that lies in it as a whole."""
    if until is None:
        return "9999-12"
    following = until + timedelta(days=1)
    return (until if following.day == 1 else until.replace(day=1) - timedelta(days=1)).isoformat()[:7]
