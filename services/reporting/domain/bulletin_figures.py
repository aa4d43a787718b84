"""The figures of a bulletin: every number that it states has a path and the findings that it was counted from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from services.reporting.domain.bulletin import TOWNSHIP, VILLAGE, Item

FINDINGS, PROBLEMS, PLACES, TOWNSHIPS, VILLAGES = "findings", "problems", "places", "townships", "villages"
PARTS: Mapping[str, Callable[[Item], str]] = {
    "category": lambda item: item.category,
    "status": lambda item: item.status,
    "severity": lambda item: item.severity,
    "township": lambda item: item.township,
    "team": lambda item: item.team,
    "method": lambda item: item.method,
}
"""What the totals fall into: the parts of each add up to them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the bulletin. `unit` says what it counts: findings 条, problems 个 (a finding's `count`), or how
    many different places, townships or villages they lie in."""

    value: int
    unit: str
    items: tuple[Item, ...]


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
