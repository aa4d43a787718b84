"""The figures of a bulletin: every number that it states has a path and the findings that it was counted from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.reporting.domain.bulletin import CASES as CASES_KIND
from services.reporting.domain.bulletin import WITH_CLOSINGS, Bulletin, Number
from services.reporting.domain.bulletin_case import CaseEntry, Person
from services.reporting.domain.bulletin_item import TOWNSHIP, VILLAGE, Item

FINDINGS, PROBLEMS, PLACES, TOWNSHIPS, VILLAGES = "findings", "problems", "places", "townships", "villages"
CASES, PERSONS, MEASURES = "cases", "persons", "measures"
RATE = "rate"
CLOSED = "closed"
_PLACES = 4
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
    many different places, townships or villages they lie in; cases, persons or measures. A rate is `of` two others:
    the path of the part and that of the whole, whose findings are its own."""

    value: Number
    unit: str
    items: tuple[Behind, ...]
    of: tuple[str, ...] = ()


def figures_of(bulletin: Bulletin) -> dict[str, Figure]:
    """Every figure of what the bulletin shows, by its path."""
    if bulletin.kind == CASES_KIND:
        return case_figures(bulletin.shown_cases)
    found = figures(bulletin.shown)
    if bulletin.kind in WITH_CLOSINGS:
        found |= _counted("closings", bulletin.shown_closings)
    return found


def values_of(bulletin: Bulletin) -> dict[str, Number]:
    """The figures without what is behind them."""
    return {path: figure.value for path, figure in figures_of(bulletin).items()}


def is_rate(path: str) -> bool:
    """Whether the figure of this path is a part of 1 and no count."""
    return path.startswith(f"{RATE}_")


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
    found |= _course(items)
    for code in sorted({item.township for item in items}):
        found |= _course([item for item in items if item.township == code], code)
    return found | _coverage(items)


def _course(items: Collection[Item], township: str = "") -> dict[str, Figure]:
    """How far it has come, of all or of a township's: counts, and the rates of contract section 6."""

    def path(name: str) -> str:
        return f"{name}_in.{township}" if township else name

    whole = f"township.{township}" if township else "total"
    found = _counted(path("mended"), [item for item in items if item.status == CLOSED])
    found |= _counted(path("open"), [item for item in items if item.status != CLOSED])
    found |= _counted(path("overdue"), [item for item in items if item.overdue])
    found |= _counted(path("due"), [item for item in items if item.is_due])
    found |= _counted(path("on_time"), [item for item in items if item.on_time])
    known = found | _counted(whole, items)
    found[path("rate_closed")] = _rate(known, path("mended"), whole)
    found[path("rate_on_time")] = _rate(known, path("on_time"), path("due"))
    return found


def _rate(known: Mapping[str, Figure], part: str, whole: str) -> Figure:
    """Of findings, not of problems; None where there is nothing to divide by."""
    paths = (f"{part}.{FINDINGS}", f"{whole}.{FINDINGS}")
    parts, all_of = (len(known[path].items) for path in paths)
    value = round(parts / all_of, _PLACES) if all_of else None
    return Figure(value, RATE, known[paths[1]].items, paths)


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
