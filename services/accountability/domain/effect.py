"""Periods of effect 影响期: months counted on from the day of a decision, and how several of them meet."""

from calendar import monthrange
from collections.abc import Iterable
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


APART = Combining(ALONE, HEAVIEST, None)
"""Each runs by itself."""


@dataclass(frozen=True, slots=True)
class Period:
    """In force from `start` through the day before `until`; without `until` it has no end."""

    start: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.start <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """A measure that has effect, as far as the period of another one depends on it."""

    kind: str
    start: date
    until: date

    def runs(self, on: date) -> bool:
        """Whether it was decided before that day and is still in force on it."""
        return self.start < on < self.until


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period(
    start: date, months: int, kind: str = "", beside: Iterable[Standing] = (), combining: Combining = APART
) -> Period:
    """The period of a new measure of `kind` beside those of its family that stand against the person.

    Rest of the old + the new is counted as the new months from the day on which the old one would have ended.
    """
    standing = list(beside)
    alone = until = add_months(start, months)
    running = [one.until for one in standing if one.runs(start)]
    if combining.rule == REST_PLUS_NEW and running:
        until = add_months(max(running), months)
    equal = [one.until for one in standing if one.start == start and one.kind == kind]
    if combining.same_day == ADD and equal:
        until = add_months(max(equal), months)
    if combining.cap_months is not None:
        until = max(alone, min(until, add_months(start, combining.cap_months)))
    return Period(start, until)


def under_effect(periods: Iterable[Period], on: date) -> Period | None:
    """The whole time under effect that `on` falls into; None when it falls into none.

    Periods that overlap or follow one another without a gap are one.
    """
    whole: Period | None = None
    for one in sorted(periods, key=lambda each: each.start):
        if whole is not None and (whole.until is None or one.start <= whole.until):
            ends = None if whole.until is None or one.until is None else max(whole.until, one.until)
            whole = Period(whole.start, ends)
        elif whole is None or not whole.holds(on):
            whole = one
    return whole if whole is not None and whole.holds(on) else None
