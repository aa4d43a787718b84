"""A bulletin 通报: what was known when it was drafted, what its author's office made of it, and who let it go out.

draft → approved by another → published with a number, and from then on never changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.bulletin_case import CaseEntry
from services.reporting.domain.errors import InvalidError, NotDraftError, SamePersonError, WrongStatusError
from services.reporting.domain.fact import Fact

PROBLEMS, DIGEST, CASES, PROGRESS = "problems", "digest", "cases", "progress"
DAILY, PLAN, RECTIFICATION = "daily", "plan", "rectification"
AUTHORS: Mapping[str, str] = {
    PROBLEMS: "office", DIGEST: "office", PROGRESS: "office", DAILY: "office",
    CASES: "commission", PLAN: "unit", RECTIFICATION: "unit",
}  # fmt: skip
"""Whose role writes which kind."""
SCHEDULE = "schedule"
"""The author of what is drafted by itself."""
DRAFT, APPROVED, PUBLISHED = "draft", "approved", "published"
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
    def township(self) -> str:
        """What lies in no township is the county's."""
        return self.area[:TOWNSHIP]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A finding or case that is left out, and why."""

    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`since` and `until` are days, both included, of when the findings were found; `names` says how people would be
    named. `items` are what was known at `drafted_at` and do not move with the facts; `values` are the figures of those
    that are shown, by path. `lead` and `closing` are None while they are the templates' own, whose figures follow
    what is left out. `cases` instead of `items` are what a cases bulletin is of. `corrects` and `corrects_number` name
    the bulletin that this one corrects, `corrected_by` the published one that corrects this. `files` are the SHA-256 of
    the published files by format; `told` counts the events about it."""

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
    cases: tuple[CaseEntry, ...] = ()
    returned: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    snapshot_sha256: str | None = None
    corrects: str | None = None
    corrects_number: str | None = None
    correction_reason: str | None = None
    corrected_by: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    told: int = 0

    @property
    def shown_cases(self) -> tuple[CaseEntry, ...]:
        """The cases that a cases bulletin tells of."""
        left_out = {one.finding for one in self.exclude}
        return tuple(one for one in self.cases if one.id not in left_out)

    @property
    def shown(self) -> tuple[Item, ...]:
        """What the bulletin tells of."""
        left_out = {one.finding for one in self.exclude}
        return tuple(item for item in self.items if item.finding not in left_out)

    @property
    def is_scheduled(self) -> bool:
        """Whether the county's day drafted it and no person."""
        return self.author == SCHEDULE

    def with_title(self, title: str) -> "Bulletin":
        return replace(self, title=title)

    def counted(self, values: Mapping[str, int]) -> "Bulletin":
        """With the figures of what it shows."""
        return replace(self, values=values)

    def edit(self, changes: Mapping[str, Any], now: datetime) -> "Bulletin":
        """The draft with other texts, or with other findings left out."""
        if self.status != DRAFT:
            raise NotDraftError(self.status)
        known = {item.finding for item in self.items} | {one.id for one in self.cases}
        errors: dict[str, list[str]] = {}
        for place, one in enumerate(changes.get("exclude", ())):
            if one.finding not in known:
                errors[f"exclude.{place}.id"] = ["neither a finding nor a case of this bulletin"]
        if errors:
            raise InvalidError(errors)
        return replace(self, **changes, updated_at=now, version=self.version + 1)

    def approve(self, by: str, now: datetime) -> "Bulletin":
        """Let it go out: somebody else than its author."""
        self._decided_by(by, "approve", DRAFT)
        changes: dict[str, Any] = {
            "status": APPROVED,
            "approved_by": by,
            "approved_at": now,
            "returned": None,
        }
        return replace(self, **changes, updated_at=now, version=self.version + 1)

    def send_back(self, by: str, reason: str, now: datetime) -> "Bulletin":
        """To its author, with what is to be mended; an approval is gone with it."""
        self._decided_by(by, "return", DRAFT, APPROVED)
        changes: dict[str, Any] = {
            "status": DRAFT,
            "approved_by": None,
            "approved_at": None,
            "returned": reason,
        }
        return replace(self, **changes, updated_at=now, version=self.version + 1)

    def publish(self, number: str, by: str, now: datetime) -> "Bulletin":
        """With its number, for good."""
        if self.status != APPROVED:
            raise WrongStatusError("publish", self.status)
        changes: dict[str, Any] = {
            "status": PUBLISHED,
            "number": number,
            "published_by": by,
            "published_at": now,
        }
        return replace(self, **changes, updated_at=now, version=self.version + 1)

    def _decided_by(self, by: str, move: str, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongStatusError(move, self.status)
        if by == self.author:
            raise SamePersonError


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFilters:
    """Which bulletins a list shows. `since` and `until` are days, both included, that the bulletin's own days meet;
    of what is not published only the kinds of `drafts`."""

    area: str
    kind: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together: places one by one, then totals without details."""

    key: str
    places: tuple[Item, ...]
    totals: tuple[Item, ...]


def item_of(fact: Fact, *, overdue: bool = False) -> Item:
    """A fact as an item."""
    state = fact.state
    assert state is not None, "stubs are in no bulletin"
    names = (
        "number", "area", "category", "severity", "description", "status", "team", "method", "found_at", "count",
    )  # fmt: skip
    more = {name: state.get(name) for name in ("suggestion", "deadline", "plan", "report", "block")}
    told = {name: state[name] for name in names} | more
    return Item(finding=fact.id, place=state["place"]["name"], overdue=overdue, **told)


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
