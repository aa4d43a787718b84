"""What a bulletin itemises: findings as they stood when it was drafted, and how they are put together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reporting.domain.fact import Fact
from services.reporting.domain.view import is_overdue, view

CATEGORY, AREA, TEAM = "category", "area", "team"
TOWNSHIP, VILLAGE = 9, 12
"""Digits of the codes of townships and villages."""


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
    method: str
    found_at: datetime
    count: int
    suggestion: str | None = None
    deadline: str | None = None
    overdue: bool = False
    past: bool = False
    on_time: bool = False
    plan: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None
    block: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        return self.finding

    @property
    def is_total(self) -> bool:
        return self.count > 1

    @property
    def is_due(self) -> bool:
        """Closed or past its deadline: what the rate of those on time is a part of."""
        return self.past or self.status == "closed"

    @property
    def township(self) -> str:
        """What lies in no township is the county's."""
        return self.area[:TOWNSHIP]


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together: places one by one, then totals without details."""

    key: str
    places: tuple[Item, ...]
    totals: tuple[Item, ...]


def item_of(fact: Fact, now: datetime) -> Item:
    """A fact as it stands now."""
    state = fact.state
    assert state is not None, "stubs are in no bulletin"
    names = (
        "number", "area", "category", "severity", "description", "status", "team", "method", "found_at", "count",
    )  # fmt: skip
    more = {name: state.get(name) for name in ("suggestion", "deadline", "plan", "report", "block")}
    told = {name: state[name] for name in names} | more
    seen = view(fact)
    return Item(
        finding=fact.id,
        place=state["place"]["name"],
        overdue=is_overdue(seen.overdue_from, now),
        past=is_overdue(seen.past_from, now),
        on_time=seen.on_time,
        **told,
    )


def groups(items: Iterable[Item], by: str, order: Sequence[str] = ()) -> list[Group]:
    """By category or team in the `order` of the vocabulary (others last), or by township in the order of codes."""
    by_key: dict[str, list[Item]] = {}
    key_of = {CATEGORY: "category", TEAM: "team"}.get(by, "township")
    for item in items:
        by_key.setdefault(getattr(item, key_of), []).append(item)
    place = {key: index for index, key in enumerate(order)} if by != AREA else {}
    return [
        Group(key, _only(by_key[key], totals=False), _only(by_key[key], totals=True))
        for key in sorted(by_key, key=lambda key: (place.get(key, len(place)), key))
    ]


def _only(items: Collection[Item], *, totals: bool) -> tuple[Item, ...]:
    return tuple(item for item in items if item.is_total is totals)
