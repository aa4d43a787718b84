"""Statistics of findings: counts in 条, problems (`count`) in 个, and the rates of contract section 6.

Findings that agree in everything the formulas look at form one cell; the formulas work on cells, so that the database
may make them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.reporting.domain.fact import Fact
from services.reporting.domain.median import median
from services.reporting.domain.view import is_overdue, view

KEYS = ("area", "unit", "category", "severity", "team", "method", "status", "cadre")
_COUNTED = ("posted", "closed", "open", "overdue", "blocked", "disputed", "withdrawn", "recurrences")
_DAY = 86400
_PLACES = 4
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """`findings` findings with `items` problems, alike in everything else. `key` is None for findings that have
    none (nobody responsible). `first`: closed without having been returned (一次办结). `seconds`: from posting to the
    passing report of each that has one, in runs that are sorted each by itself."""

    key: str | None
    status: str
    overdue: bool
    past: bool
    on_time: bool
    recurrence: bool
    first: bool
    findings: int
    items: int
    seconds: Sequence[Sequence[float]] = ()


def cells_of(fact: Fact, by: str, now: datetime) -> list[Cell]:
    """The cells of a single finding: one for each of its keys. Says what every other way to make cells must mean."""
    state, seen = fact.state, view(fact)
    if state is None:
        return []
    seconds = () if seen.rectified_seconds is None else ((seen.rectified_seconds,),)
    return [
        Cell(
            key=key,
            status=state["status"],
            overdue=is_overdue(seen.overdue_from, now),
            past=is_overdue(seen.past_from, now),
            on_time=seen.on_time,
            recurrence=is_recurrence(state),
            first=is_first(state),
            findings=1,
            items=state["count"],
            seconds=seconds,
        )
        for key in keys_of(fact, by)
    ]


def merged(cells: Mapping[Cell, int]) -> list[Cell]:
    """As many cells as are alike as one."""
    return [
        replace(
            cell,
            findings=cell.findings * times,
            items=cell.items * times,
            seconds=tuple(cell.seconds) * times,
        )
        for cell, times in cells.items()
    ]


def is_recurrence(state: Mapping[str, Any]) -> bool:
    """Whether it was closed before and has come back."""
    return state.get("recurrence_of") is not None


def is_first(state: Mapping[str, Any]) -> bool:
    """Whether it was closed without ever having been returned."""
    return state["status"] == "closed" and state["returned_count"] == 0


def keys_of(fact: Fact, by: str) -> list[str | None]:
    """Where a finding counts; None where it has no such key."""
    assert fact.state is not None, "stubs have no cells"
    if by == "unit":
        return list(dict.fromkeys(fact.state["units"])) or [None]
    if by == "cadre":
        responsible = fact.assignment["responsible"] if fact.assignment else ()
        return list(dict.fromkeys(one["cadre"] for one in responsible)) or [None]
    return [fact.state[by]]


def tabulate(cells: Iterable[Cell], name: Callable[[str | None], str]) -> list[Row]:
    """One row for each key, in the order of the keys; findings without a key last."""
    by_key: dict[str | None, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_key[cell.key].append(cell)
    keys = sorted(by_key, key=lambda key: (key is None, key or ""))
    return [{"key": key, "name": name(key), **summarise(by_key[key])} for key in keys]


def summarise(cells: Iterable[Cell]) -> Row:
    """The figures of these findings together. A rate with nothing to divide by is None."""
    cells = list(cells)
    groups = {counted: [cell for cell in cells if _COUNTS[counted](cell)] for counted in _COUNTED}
    row: Row = {counted: _findings(group) for counted, group in groups.items()}
    row |= {f"{counted}_items": sum(cell.items for cell in group) for counted, group in groups.items()}
    row["first_closed"] = _findings(cell for cell in cells if cell.first)
    reached = [cell for cell in cells if _is_due(cell)]
    seconds = median(run for cell in cells for run in cell.seconds)
    row["rate_closed"] = _rate(row["closed"], row["posted"] - row["withdrawn"])
    row["rate_on_time"] = _rate(_findings(cell for cell in reached if cell.on_time), _findings(reached))
    row["rate_first"] = _rate(row["first_closed"], row["closed"])
    row["rate_recurrence"] = _rate(row["recurrences"], row["posted"])
    row["median_days"] = None if seconds is None else round(seconds / _DAY, _PLACES)
    return row


def ranked(rows: Iterable[Row], sort: str) -> list[Row]:
    """By one of the figures, with the `rank` of each: the same figure has the same rank. Without a figure, last."""
    column, down = sort.removeprefix("-"), sort.startswith("-")
    rows = sorted(rows, key=lambda row: (row[column] is None, (row[column] or 0) * (-1 if down else 1)))
    figures = [row[column] for row in rows]
    return [{**row, "rank": None if row[column] is None else figures.index(row[column]) + 1} for row in rows]


_COUNTS: dict[str, Callable[[Cell], bool]] = {
    "posted": lambda _: True,
    "closed": lambda cell: cell.status == "closed",
    "open": lambda cell: cell.status not in ("closed", "withdrawn"),
    "overdue": lambda cell: cell.overdue,
    "blocked": lambda cell: cell.status == "blocked",
    "disputed": lambda cell: cell.status == "disputed",
    "withdrawn": lambda cell: cell.status == "withdrawn",
    "recurrences": lambda cell: cell.recurrence,
}


def _is_due(cell: Cell) -> bool:
    """Closed or past its deadline; withdrawn ones are left out."""
    return cell.status == "closed" or (cell.past and cell.status != "withdrawn")


def _findings(cells: Iterable[Cell]) -> int:
    return sum(cell.findings for cell in cells)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, _PLACES) if whole else None
