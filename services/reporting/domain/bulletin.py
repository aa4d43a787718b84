"""A bulletin 通报: what was known when it was drafted, what its author's office made of it, and who let it go out.

draft → approved by another → published with a number, and from then on never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.bulletin_case import CaseEntry
from services.reporting.domain.bulletin_item import Item
from services.reporting.domain.errors import InvalidError, NotDraftError, SamePersonError, WrongStatusError

PROBLEMS, DIGEST, CASES, PROGRESS = "problems", "digest", "cases", "progress"
DAILY, PLAN, RECTIFICATION = "daily", "plan", "rectification"
AUTHORS: Mapping[str, str] = {
    PROBLEMS: "office", DIGEST: "office", PROGRESS: "office", DAILY: "office",
    CASES: "commission", PLAN: "unit", RECTIFICATION: "unit",
}  # fmt: skip
"""Whose role writes which kind."""
SCHEDULE = "schedule"
"""The author of what is drafted by itself."""
WITH_CLOSINGS = (DAILY, PROGRESS)
"""Kinds that also tell what was closed in their days, whenever it was found."""
Number = int | float | None
"""A figure; a rate is None where there is nothing to divide by."""
BEYOND_ITS_AREA = ("county", "public")
"""Audiences that also read it where it is not about."""
COUNTY = 6
"""Digits of a county's code."""
DRAFT, APPROVED, PUBLISHED = "draft", "approved", "published"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A finding or case that is left out, and why."""

    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`since` and `until` are days, both included, of when the findings were found; `names` says how people would be
    named. `items` are what was known at `drafted_at` and do not move with the facts, `closings` what was closed in
    these days; `values` are the figures of those that are shown, by path. `lead` and `closing` are None while they are
    the templates' own, whose figures follow what is left out. `cases` instead of `items` are what a cases bulletin is
    of. `corrects` and `corrects_number` name the bulletin that this one corrects, `corrected_by` the published one that
    corrects this. `files` are the SHA-256 of the published files by format; `told` counts the events about it."""

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
    values: Mapping[str, Number]
    closings: tuple[Item, ...] = ()
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
        left_out = self._left_out
        return tuple(one for one in self.cases if one.id not in left_out)

    @property
    def shown(self) -> tuple[Item, ...]:
        """What the bulletin tells of."""
        return self._without_excluded(self.items)

    @property
    def shown_closings(self) -> tuple[Item, ...]:
        """What it tells of as closed in its days."""
        return self._without_excluded(self.closings)

    @property
    def known(self) -> frozenset[str]:
        """Every finding and case that it is of."""
        findings = frozenset(item.finding for item in (*self.items, *self.closings))
        return findings | {case.id for case in self.cases}

    @property
    def is_scheduled(self) -> bool:
        """Whether the county's day drafted it and no person."""
        return self.author == SCHEDULE

    def with_title(self, title: str) -> "Bulletin":
        return replace(self, title=title)

    def counted(self, values: Mapping[str, Number]) -> "Bulletin":
        """With the figures of what it shows."""
        return replace(self, values=values)

    def edit(self, changes: Mapping[str, Any], now: datetime) -> "Bulletin":
        """The draft with other texts, or with other findings left out."""
        if self.status != DRAFT:
            raise NotDraftError(self.status)
        known = self.known
        errors: dict[str, list[str]] = {}
        for place, one in enumerate(changes.get("exclude", ())):
            if one.finding not in known:
                errors[f"exclude.{place}.id"] = ["neither a finding nor a case of this bulletin"]
        if errors:
            raise InvalidError(errors)
        return replace(self, **changes, updated_at=now, version=self.version + 1)

    def retaken(
        self,
        now: datetime,
        *,
        items: tuple[Item, ...],
        closings: tuple[Item, ...],
        cases: tuple[CaseEntry, ...],
    ) -> "Bulletin":
        """The draft of what is known now, with its own texts; what was left out stays so."""
        if self.status != DRAFT:
            raise NotDraftError(self.status)
        retaken = replace(self, items=items, closings=closings, cases=cases, drafted_at=now)
        kept = tuple(one for one in self.exclude if one.finding in retaken.known)
        return replace(retaken, exclude=kept, updated_at=now, version=self.version + 1)

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

    @property
    def _left_out(self) -> frozenset[str]:
        return frozenset(one.finding for one in self.exclude)

    def _without_excluded(self, items: Iterable[Item]) -> tuple[Item, ...]:
        left_out = self._left_out
        return tuple(item for item in items if item.finding not in left_out)

    def _decided_by(self, by: str, move: str, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongStatusError(move, self.status)
        if by == self.author:
            raise SamePersonError


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFilters:
    """Which bulletins a list shows: of the area, and what is published for its county; of what is not published only
    the kinds of `drafts`. `since` and `until` are days, both included, that the bulletin's own days meet."""

    area: str
    kind: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    drafts: tuple[str, ...] = ()
