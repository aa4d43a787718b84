"""The clock of a finding: its deadline as it was set, and the time in which it waited on others."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.deadlines import Due

# The end of a day, 24:00, belongs to that day and not to the next.
_INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """`base` is the deadline as it was last set, at `started_at` or by an extension; `waited` moves it by as much.

    `waiting_since`: it waits on others, nobody knows for how long. `counted_to`: waits until then are in `waited`
    already; it lies ahead while a granted block has days to go, so that the deadline shown is the one to expect.
    """

    base: Due
    started_at: datetime
    waited: timedelta = timedelta()
    counted_to: datetime | None = None
    waiting_since: datetime | None = None

    @property
    def due(self) -> Due:
        """The deadline as it is now."""
        if not self.waited:
            return self.base
        at = self.base.at + self.waited
        return Due(at, day_of(at - _INSTANT), self.base.provisional)

    def wait(self, at: datetime) -> Self:
        """From now on it waits on others, if it does not wait already."""
        return self if self.waiting_since is not None else replace(self, waiting_since=at)

    def settle(self, at: datetime) -> Self:
        """It waits no more: the time since is counted."""
        if self.waiting_since is None:
            return self
        return replace(self.count(self.waiting_since, at), waiting_since=None)

    def stop(self) -> Self:
        """It waits no more, and has no deadline that could move."""
        return replace(self, waiting_since=None)

    def count(self, since: datetime, until: datetime) -> Self:
        """It waited from `since` until `until`; what was counted before is not counted again."""
        start = since if self.counted_to is None else max(since, self.counted_to)
        if until <= start:
            return self
        return replace(self, waited=self.waited + (until - start), counted_to=until)

    def release(self, at: datetime) -> Self:
        """A wait that was counted ahead has ended earlier."""
        if self.counted_to is None or self.counted_to <= at:
            return self
        return replace(self, waited=self.waited - (self.counted_to - at), counted_to=at)

    def extend(self, until: date) -> Self:
        """An extension until the end of a day; never earlier than the deadline would be without it."""
        if end_of(until) <= self.due.at:
            return self
        return replace(self, base=Due(end_of(until), until), waited=timedelta(), counted_to=None)

    def rebase(self, base: Due) -> Self:
        """The deadline as the calendar now has it; what it waited stays."""
        return replace(self, base=base)

    def late_from(self, at: datetime) -> datetime | None:
        """The moment `at` from which it would be late, None when it waits since before then."""
        return at if self.waiting_since is None or at <= self.waiting_since else None
