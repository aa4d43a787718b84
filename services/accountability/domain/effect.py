"""Periods of effect 影响期: months counted on from the day of a decision, and how several of them meet."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

ALONE, REST_PLUS_NEW = "alone", "rest_plus_new"
HEAVIEST, ADD = "heaviest", "add"
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Combining:
    """How the periods of one family meet: `rule` for a new one within a running one, `same_day` for those decided on
    one day, and the limit in months from the new decision on."""

    rule: str
    same_day: str
    cap_months: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """In force from `start` through the day before `until`."""

    start: date
    until: date

    def covers(self, day: date) -> bool:
        return self.start <= day < self.until


@dataclass(frozen=True, slots=True)
class Sanction:
    """A measure with a period, as far as another one's period depends on it."""

    kind: str
    months: int
    period: Period


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period(start: date, months: int) -> Period:
    """A period that nothing else touches."""
    return Period(start, add_months(start, months))


def combined(
    kind: str, start: date, months: int, others: Iterable[Sanction], combining: Combining
) -> Period:
    """The period of a new measure beside the same person's `others` of its family that stand.

    Rest of the old + the new is counted as the new months from the day on which the old one would have ended.
    """
    beside = list(others)
    alone = period(start, months)
    running = [one for one in beside if one.period.start < start and one.period.covers(start)]
    same_day = [one for one in beside if one.period.start == start]
    until = alone.until
    if combining.rule == REST_PLUS_NEW and running:
        until = add_months(max(one.period.until for one in running), months)
    until = _met(until, kind, months, same_day, combining)
    if combining.cap_months is not None:
        until = max(alone.until, min(until, add_months(start, combining.cap_months)))
    return Period(start, until)


def _met(until: date, kind: str, months: int, same_day: Sequence[Sanction], combining: Combining) -> date:
    """Of what was decided on one day: equal ones are added where the law says so; else the longest counts by itself."""
    equal = [one for one in same_day if one.kind == kind]
    if combining.same_day == ADD and equal:
        return add_months(max(one.period.until for one in equal), months)
    return until


def under_effect(periods: Iterable[Period], on: date) -> date | None:
    """The day from which a person under effect on `on` is so no more; None when he is under none.

    Periods that follow one another without a gap are one.
    """
    until: date | None = None
    for one in sorted(periods, key=lambda each: (each.start, each.until)):
        if one.covers(on if until is None else until) or (until is None and one.covers(on)):
            until = one.until if until is None else max(until, one.until)
    return until
