"""A problems bulletin 问题通报 as a draft: what was known when it was drafted, what the office made of it, and its
places in groups, itemised ones first, then totals without details."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.errors import InvalidError, NotDraftError
from services.reporting.domain.fact import Fact

PROBLEMS = "problems"
DRAFT, PUBLISHED = "draft", "published"
CATEGORY, AREA = "category", "area"
GROUPINGS = (CATEGORY, AREA)
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

    @property
    def is_total(self) -> bool:
        return self.count > 1

    @property
    def township(self) -> str:
        """What lies in no township is the county's."""
        return self.area[:TOWNSHIP]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A finding that is left out, and why."""

    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`since` and `until` are days, both included, of when the findings were found; `names` says how people would be
    named. `items` are what was known at `drafted_at` and do not move with the facts; `values` are the figures of those
    that are shown, by path. `lead` and `closing` are None while they are the templates' own, whose figures follow
    what is left out."""

    id: str
    kind: str
    area: str
    since: date
    until: date
    team: str | None
    title: str
    names: str
    group_by: str
    author: str
    drafted_at: datetime
    updated_at: datetime
    items: tuple[Item, ...]
    values: Mapping[str, int]
    lead: str | None = None
    closing: str | None = None
    exclude: tuple[Exclusion, ...] = ()
    addressees: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    audience: str = "internal"
    status: str = DRAFT
    number: str | None = None
    version: int = 1

    @property
    def shown(self) -> tuple[Item, ...]:
        """What the bulletin tells of."""
        left_out = {one.finding for one in self.exclude}
        return tuple(item for item in self.items if item.finding not in left_out)

    def edit(self, changes: Mapping[str, Any], now: datetime) -> "Bulletin":
        """The draft with other texts, or with other findings left out."""
        if self.status != DRAFT:
            raise NotDraftError(self.status)
        known = {item.finding for item in self.items}
        errors: dict[str, list[str]] = {}
        for place, one in enumerate(changes.get("exclude", ())):
            if one.finding not in known:
                errors[f"exclude.{place}.id"] = ["no finding of this bulletin"]
        if errors:
            raise InvalidError(errors)
        return replace(self, **changes, updated_at=now, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFilters:
    """Which bulletins a list shows. `since` and `until` are days, both included, that the bulletin's own days meet;
    without `drafts` only what is published."""

    area: str
    kind: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    drafts: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together: places one by one, then totals without details."""

    key: str
    places: tuple[Item, ...]
    totals: tuple[Item, ...]


def item_of(fact: Fact) -> Item:
    """A fact as an item."""
    state = fact.state
    assert state is not None, "stubs are in no bulletin"
    names = (
        "number", "area", "category", "severity", "description", "status", "team", "method", "found_at", "count",
    )  # fmt: skip
    return Item(finding=fact.id, place=state["place"]["name"], **{name: state[name] for name in names})


def groups(items: Iterable[Item], by: str, order: Sequence[str] = ()) -> list[Group]:
    """By category in the `order` of the vocabulary (others last), or by township in the order of their codes."""
    by_key: dict[str, list[Item]] = {}
    for item in items:
        by_key.setdefault(item.category if by == CATEGORY else item.township, []).append(item)
    place = {key: index for index, key in enumerate(order)} if by == CATEGORY else {}
    return [
        Group(key, _only(by_key[key], totals=False), _only(by_key[key], totals=True))
        for key in sorted(by_key, key=lambda key: (place.get(key, len(place)), key))
    ]


def _only(items: Collection[Item], *, totals: bool) -> tuple[Item, ...]:
    return tuple(item for item in items if item.is_total is totals)
