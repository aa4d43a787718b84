"""How often the same category was found with the same cadre: one small document for each pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# What counts once: the day of found_at, the severity, the group the team gave (or none).
Mark = tuple[date, str, str | None]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`needed` findings on different days within `within` days, no two of one group (where groups count once).

    Findings of the severities in `ignored` never count.
    """

    needed: int
    within: int
    ignored: frozenset[str] = frozenset()
    groups_once: bool = True


def tally_id(cadre: str, category: str) -> str:
    """The tally of one cadre and one category."""
    return f"{cadre}|{category}"


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many findings stand behind each mark, and the unfinished case of each rule (`rule` to case id).

    Counts, not ids: it stays small, and a withdrawn finding is taken out again exactly.
    """

    cadre: str
    category: str
    marks: dict[Mark, int] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The natural key."""
        return tally_id(self.cadre, self.category)

    def add(self, mark: Mark) -> None:
        """One more finding."""
        self.marks[mark] = self.marks.get(mark, 0) + 1

    def remove(self, mark: Mark) -> None:
        """One finding less."""
        left = self.marks.get(mark, 0) - 1
        if left > 0:
            self.marks[mark] = left
        else:
            self.marks.pop(mark, None)

    def repeated(self, repeat: Repeat, day: date) -> list[date]:
        """The days of the first repetition in a period around `day`, none when there is none."""
        groups = self._near(repeat, day)
        if len(groups) < repeat.needed:
            return []
        for start in sorted(groups):
            if start > day:
                break
            period = {one: groups[one] for one in groups if 0 <= (one - start).days < repeat.within}
            if day in period and len(period) >= repeat.needed:
                found = distinct_days(period, repeat.needed)
                if found:
                    return found
        return []

    def _near(self, repeat: Repeat, day: date) -> dict[date, set[str | None]]:
        """The groups of each day that can lie in one period with `day`."""
        found: dict[date, set[str | None]] = {}
        for marked, severity, group in self.marks:
            if severity not in repeat.ignored and abs((marked - day).days) < repeat.within:
                found.setdefault(marked, set()).add(group if repeat.groups_once else None)
        return found


def distinct_days(groups: Mapping[date, set[str | None]], needed: int) -> list[date]:
    """`needed` of the days, each with a finding of a group of its own; none when there are not so many.

    A matching of days to groups: a group that was found on several days stands for one of them only. A finding
    without a group (None) is a group of its own.
    """
    taken: dict[str | None, date] = {}
    free: list[date] = []
    # As many groups as days are needed are enough for any one day: the others cannot take them all.
    choices = {day: sorted(found - {None}, key=str)[:needed] for day, found in groups.items()}

    def place(day: date, tried: set[str | None]) -> bool:
        for group in choices[day]:
            if group in tried:
                continue
            tried.add(group)
            if group not in taken or place(taken[group], tried):
                taken[group] = day
                return True
        return False

    for day in sorted(groups):
        if None in groups[day]:
            free.append(day)
        else:
            place(day, set())
        if len(free) + len(taken) == needed:
            return sorted([*free, *taken.values()])
    return []
