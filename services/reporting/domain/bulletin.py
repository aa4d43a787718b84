"""A problems bulletin 问题通报 as a draft: its places itemised by theme, then totals without details, and every
figure with the findings behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.domain.fact import Fact

PROBLEMS = "problems"
DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding as it stood when the bulletin was drafted. With `count` above 1 it is a total without details."""

    finding: str
    number: str
    area: str
    place: str
    category: str
    severity: str
    description: str
    status: str
    team: str
    found_at: datetime
    count: int

    @property
    def is_total(self) -> bool:
        return self.count > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`since` and `until` are days, both included, of when the findings were found; `names` says how people would be
    named. `items` are what was known at `drafted_at` and do not move with the facts."""

    id: str
    kind: str
    area: str
    since: date
    until: date
    team: str | None
    title: str
    names: str
    lead: str
    closing: str
    author: str
    drafted_at: datetime
    items: tuple[Item, ...]
    status: str = DRAFT
    number: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the bulletin and the findings it was counted from."""

    value: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs to one theme: places one by one, then totals without details."""

    key: str
    places: tuple[Item, ...]
    totals: tuple[Item, ...]

    @property
    def problems(self) -> int:
        return sum(item.count for item in (*self.places, *self.totals))


def item_of(fact: Fact) -> Item:
    """A fact as an item."""
    state = fact.state
    assert state is not None, "stubs are in no bulletin"
    names = ("number", "area", "category", "severity", "description", "status", "team", "found_at", "count")
    return Item(finding=fact.id, place=state["place"]["name"], **{name: state[name] for name in names})


def groups(items: Iterable[Item], order: Sequence[str]) -> list[Group]:
    """By category, in the `order` of the vocabulary; unknown ones last."""
    by_key: dict[str, list[Item]] = {}
    for item in items:
        by_key.setdefault(item.category, []).append(item)
    place = {key: index for index, key in enumerate(order)}
    return [
        Group(
            key,
            tuple(item for item in by_key[key] if not item.is_total),
            tuple(item for item in by_key[key] if item.is_total),
        )
        for key in sorted(by_key, key=lambda key: (place.get(key, len(place)), key))
    ]


def figures(items: Sequence[Item]) -> Mapping[str, Figure]:
    """Every figure of the bulletin by its path, with what is behind it."""
    found: dict[str, Figure] = {}

    def count(path: str, chosen: Iterable[Item]) -> None:
        kept = list(chosen)
        ids = tuple(item.finding for item in kept)
        found[f"{path}.findings"] = Figure(len(kept), ids)
        found[f"{path}.problems"] = Figure(sum(item.count for item in kept), ids)

    count("total", items)
    count("itemised", (item for item in items if not item.is_total))
    count("without_details", (item for item in items if item.is_total))
    for name, key in _KEYS.items():
        for value in sorted({key(item) for item in items}):
            count(f"{name}.{value}", (item for item in items if key(item) == value))
    return found


_TOWNSHIP = 9
_KEYS: Mapping[str, Any] = {
    "category": lambda item: item.category,
    "status": lambda item: item.status,
    "severity": lambda item: item.severity,
    "township": lambda item: item.area[:_TOWNSHIP],
    "team": lambda item: item.team,
}
