"""What the rules draw, kept in plain dictionaries: for trying rules on the county's history, never to be stored.

Every question the rules ask is answered from what is kept by cadre or tally and day, so that a trial takes as long as
it has findings. Nothing is told to anybody.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from heapq import merge
from itertools import islice
from typing import Generic, TypeVar

from services.accountability.adapters.repositories import MOST_WARNINGS
from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import Case
from services.accountability.domain.registers import Registers
from services.accountability.domain.tally import Tally, tally_id
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning

T = TypeVar("T", bound=Aggregate)


class TrialRepository(Generic[T]):
    """Aggregates by id; what they have to tell is dropped."""

    def __init__(self) -> None:
        self.kept: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        return self.kept.get(key)

    def load(self, ids: Iterable[str]) -> None:
        """All of them are at hand."""

    def save(self, aggregate: T) -> None:
        self.kept[aggregate.id] = aggregate
        aggregate.pending.clear()

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)


class TrialAssignments(TrialRepository[Assignment]):
    """Found by the tallies they count in, and by day."""

    def __init__(self) -> None:
        super().__init__()
        self._counted: defaultdict[tuple[str, date], dict[str, Assignment]] = defaultdict(dict)

    def save(self, aggregate: Assignment) -> None:
        super().save(aggregate)
        finding = aggregate.finding
        for cadre in aggregate.counted:
            self._counted[tally_id(cadre, finding.category), finding.day][aggregate.id] = aggregate

    def counted_in(self, tally: str, first: date, last: date, limit: int) -> Sequence[Assignment]:
        found: list[Assignment] = []
        for day in _days(first, last):
            same_day = self._counted.get((tally, day), {})
            found += [same_day[key] for key in sorted(same_day)]
            if len(found) >= limit:
                break
        return found[:limit]


class TrialWarnings(TrialRepository[IssuedWarning]):
    """In a trial none falls: each finding is taken once, as it is. Of a person and day only as many are remembered as
    are ever looked at, the newest."""

    def __init__(self) -> None:
        super().__init__()
        self._of_day: defaultdict[tuple[str, date], deque[tuple[int, str, date]]] = defaultdict(
            lambda: deque(maxlen=MOST_WARNINGS)
        )

    def save(self, aggregate: IssuedWarning) -> None:
        if aggregate.id not in self.kept:
            finding = aggregate.finding
            self._of_day[aggregate.cadre, finding.day].append((len(self.kept), finding.id, finding.day))
        super().save(aggregate)

    def days_of(self, cadre: str, first: date, last: date) -> Sequence[date]:
        by_day = [
            reversed(self._of_day[cadre, day]) for day in _days(first, last) if (cadre, day) in self._of_day
        ]
        newest = islice(merge(*by_day, reverse=True), MOST_WARNINGS)
        return sorted({finding: day for _, finding, day in newest}.values())


class TrialTallies:
    """Under the natural key of cadre and category."""

    def __init__(self) -> None:
        self._kept: dict[str, Tally] = {}

    def get(self, cadre: str, category: str) -> Tally:
        fresh = Tally(cadre=cadre, category=category)
        return self._kept.setdefault(fresh.id, fresh)

    def load(self, ids: Iterable[str]) -> None:
        """All of them are at hand."""

    def save(self, tally: Tally) -> None:
        self._kept[tally.id] = tally


class Trial:
    """What taking findings needs of a unit of work, for one set of rules."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self.assignments = TrialAssignments()
        self.unassigned: TrialRepository[Unassigned] = TrialRepository()
        self.warnings = TrialWarnings()
        self.tallies = TrialTallies()
        self.cases: TrialRepository[Case] = TrialRepository()

    def registers(self) -> Registers:
        """Those of today, for all findings."""
        return self._registers


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
