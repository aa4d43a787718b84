"""The figures of a bulletin: every number that it states has a path and the findings that it was counted from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.reporting.domain.bulletin import CASES as CASES_KIND
from services.reporting.domain.bulletin import TOWNSHIP, VILLAGE, Bulletin, Item
from services.reporting.domain.bulletin_case import CaseEntry, Person

FINDINGS, PROBLEMS, PLACES, TOWNSHIPS, VILLAGES = "findings", "problems", "places", "townships", "villages"
CASES, PERSONS, MEASURES = "cases", "persons", "measures"
CLOSED = "closed"
PARTS: Mapping[str, Callable[[Item], str]] = {
    "category": lambda item: item.category,
    "status": lambda item: item.status,
    "severity": lambda item: item.severity,
    "township": lambda item: item.township,
    "team": lambda item: item.team,
    "method": lambda item: item.method,
}
"""What the totals fall into: the parts of each add up to them."""


class Behind(Protocol):
    """What a figure is counted from: a finding, a case, a person or a measure."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> str | None: ...

    @property
    def count(self) -> int: ...

    @property
    def area(self) -> str: ...

    @property
    def place(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A case, a person or a measure behind a figure."""

    id: str
    area: str
    place: str
    number: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the bulletin. `unit` says what it counts: findings 条, problems 个 (a finding's `count`), or how
    many different places, townships or villages they lie in; cases, persons or measures."""

    value: int
    unit: str
    items: tuple[Behind, ...]


def figures_of(bulletin: Bulletin) -> dict[str, Figure]:
    """Every figure of what the bulletin shows, by its path."""
    if bulletin.kind == CASES_KIND:
        return case_figures(bulletin.shown_cases)
    return figures(bulletin.shown)


def values_of(bulletin: Bulletin) -> dict[str, int]:
    """The figures without what is behind them."""
    return {path: figure.value for path, figure in figures_of(bulletin).items()}


def case_figures(cases: Collection[CaseEntry]) -> dict[str, Figure]:
    """Those of typical cases: `cases.total`, `persons.direct`, `measure.removal` … A person counts once."""
    found = {"cases.total": _records(CASES, [_record(case.id, case) for case in cases])}
    people = [(one, case) for case in cases for one in case.people]
    found["persons.total"] = _persons(people)
    found["persons.direct"] = _persons([(one, case) for case in cases for one in case.direct])
    found["persons.leaders"] = _persons([(one, case) for case in cases for one in case.leaders])
    found["persons.elsewhere"] = _persons([(one, case) for one, case in people if not one.sanctions])
    served = [(each, case) for one, case in people for each in one.sanctions]
    found["measures.total"] = _records(MEASURES, [_record(each.id, case) for each, case in served])
    for kind in sorted({each.kind for each, _ in served}):
        own = [_record(each.id, case) for each, case in served if each.kind == kind]
        found[f"measure.{kind}"] = _records(MEASURES, own)
    return found


def _persons(people: Iterable[tuple[Person, CaseEntry]]) -> Figure:
    return _records(PERSONS, [_record(one.cadre, case) for one, case in people])


def _record(key: str, case: CaseEntry) -> Record:
    return Record(id=key, area=case.area, place=case.title)


def _records(unit: str, records: Iterable[Record]) -> Figure:
    once = {one.id: one for one in records}
    return Figure(len(once), unit, tuple(once.values()))


def figures(items: Collection[Item]) -> dict[str, Figure]:
    """Every figure by its path: `total.findings`, `category.records.problems`, `coverage.places` …"""
    found = _counted("total", items)
    found |= _counted("itemised", [item for item in items if not item.is_total])
    found |= _counted("without_details", [item for item in items if item.is_total])
    for name, key in PARTS.items():
        parts: dict[str, list[Item]] = {}
        for item in items:
            parts.setdefault(key(item), []).append(item)
        for value in sorted(parts):
            found |= _counted(f"{name}.{value}", parts[value])
    found |= _counted("mended", [item for item in items if item.status == CLOSED])
    found |= _counted("open", [item for item in items if item.status != CLOSED])
    found |= _counted("overdue", [item for item in items if item.overdue])
    for code in sorted({item.township for item in items}):
        own = [item for item in items if item.township == code]
        found |= _counted(f"mended_in.{code}", [item for item in own if item.status == CLOSED])
        found |= _counted(f"open_in.{code}", [item for item in own if item.status != CLOSED])
        found |= _counted(f"overdue_in.{code}", [item for item in own if item.overdue])
    return found | _coverage(items)


def _counted(path: str, items: Iterable[Item]) -> dict[str, Figure]:
    kept = tuple(items)
    return {
        f"{path}.{FINDINGS}": Figure(len(kept), FINDINGS, kept),
        f"{path}.{PROBLEMS}": Figure(sum(item.count for item in kept), PROBLEMS, kept),
    }


def _coverage(items: Iterable[Item]) -> dict[str, Figure]:
    """Where the teams were. A total without details stands for places that nobody named."""
    kept = list(items)
    named = tuple(item for item in kept if not item.is_total)
    in_townships = tuple(item for item in kept if len(item.area) >= TOWNSHIP)
    in_villages = tuple(item for item in kept if len(item.area) >= VILLAGE)
    return {
        "coverage.places": Figure(len({(item.area, item.place) for item in named}), PLACES, named),
        "coverage.townships": Figure(len({item.township for item in in_townships}), TOWNSHIPS, in_townships),
        "coverage.villages": Figure(len({item.area for item in in_villages}), VILLAGES, in_villages),
    }
