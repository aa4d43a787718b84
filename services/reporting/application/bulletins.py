"""Bulletins 通报: drafting one of what the ledger knows, mending the draft, showing it, and tracing its figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.application.answers import Answer
from services.reporting.application.bulletin_answers import summary, traced
from services.reporting.application.bulletin_files import BulletinFiles
from services.reporting.application.bulletin_texts import BulletinTexts, values_of
from services.reporting.application.ports import BulletinStore, Clock, NewId, Work
from services.reporting.domain.bulletin import (
    CATEGORY,
    PROBLEMS,
    PUBLISHED,
    Bulletin,
    BulletinFilters,
    Exclusion,
    Item,
    item_of,
)
from services.reporting.domain.bulletin_figures import figures
from services.reporting.domain.errors import (
    ForbiddenError,
    InvalidError,
    UnknownBulletinError,
    UnknownFigureError,
)
from services.reporting.domain.filters import Filters
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims

MOST_ITEMS = 10_000
DRAFT_READERS = frozenset({"office", "approver", "auditor"})
"""The author's role, who approves, and the auditor."""
POSITION_ONLY, FULL = "position_only", "full"
_IN_ANSWERS = "figures."
Listed = tuple[list[Answer], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBulletin:
    """Draft a bulletin of what was found in an area from one day to another, both included."""

    kind: str
    area: str
    since: date
    until: date
    team: str | None
    title: str | None
    names: str | None
    group_by: str | None
    by: Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class EditBulletin:
    """Change a draft: `changes` by the bulletin's own names. `require_version` refuses who saw another version."""

    bulletin: str
    changes: Mapping[str, Any]
    by: Claims
    require_version: Callable[[int], None]

    @classmethod
    def from_request(
        cls, bulletin: str, body: Mapping[str, Any], by: Claims, require_version: Callable[[int], None]
    ) -> "EditBulletin":
        changes = dict(body)
        for name in ("addressees", "copy_to"):
            if name in changes:
                changes[name] = tuple(changes[name])
        if "left_out" in changes:
            left_out = changes.pop("left_out")
            changes["exclude"] = tuple(Exclusion(one["id"], one["reason"]) for one in left_out)
        return cls(bulletin=bulletin, changes=changes, by=by, require_version=require_version)


class Bulletins:
    """Everything about bulletins."""

    def __init__(
        self,
        store: BulletinStore,
        texts: BulletinTexts,
        files: BulletinFiles,
        areas: Areas,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._store = store
        self._texts = texts
        self._files = files
        self._areas = areas
        self._new_id = new_id
        self._clock = clock

    def draft(self, work: Work, command: DraftBulletin) -> Answer:
        """A new draft; its figures are those of this moment and stay so."""
        _check(command)
        items, now = self._items(command), self._clock()
        bulletin = Bulletin(
            id=self._new_id(),
            kind=command.kind,
            area=command.area,
            since=command.since,
            until=command.until,
            team=command.team,
            title=command.title or self._texts.title(command.area),
            names=command.names or POSITION_ONLY,
            group_by=command.group_by or CATEGORY,
            author=command.by.sub,
            drafted_at=now,
            updated_at=now,
            items=items,
            values=values_of(items),
        )
        work.bulletins.add(bulletin)
        return self._answer(bulletin)

    def edit(self, work: Work, command: EditBulletin) -> Answer:
        """The draft with other texts, or with other findings left out: its figures follow."""
        bulletin = _readable(work.bulletins.get(command.bulletin), command.by)
        command.require_version(bulletin.version)
        if not command.changes:
            return self._answer(bulletin)
        edited = bulletin.edit(command.changes, self._clock())
        edited = replace(edited, values=values_of(edited.shown))
        work.bulletins.save(edited)
        return self._answer(edited)

    def get(self, bulletin: str, by: Claims) -> Answer:
        return self._answer(_readable(self._store.get(bulletin), by))

    def find(
        self,
        by: Claims,
        *,
        limit: int,
        cursor: str | None,
        kind: str | None = None,
        status: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Listed:
        """Those of the caller's area that the caller may read, newest first."""
        filters = BulletinFilters(
            area=by.area, kind=kind, status=status, since=since, until=until, drafts=by.role in DRAFT_READERS
        )
        found, following = self._store.find(filters, limit, cursor)
        return [self._answer(one) for one in found], following

    def render(self, bulletin: str, ending: str, by: Claims) -> str:
        """The bulletin as a document: `md` or `html`."""
        return self._texts.render(_readable(self._store.whole(bulletin), by), ending)

    def file(self, bulletin: str, file_format: str, by: Claims) -> bytes:
        """The bulletin as it is printed: `docx` or `pdf`."""
        return self._files.render(_readable(self._store.whole(bulletin), by), file_format)

    def trace(self, bulletin: str, figure: str, by: Claims) -> Answer:
        """The findings behind a figure, by its path; as it stands in the answers (`figures.…`) it is taken too."""
        known = figures(_readable(self._store.whole(bulletin), by).shown)
        path = figure.removeprefix(_IN_ANSWERS)
        if path not in known:
            raise UnknownFigureError(known)
        return traced(path, known[path])

    def _items(self, command: DraftBulletin) -> tuple[Item, ...]:
        filters = Filters(
            reach=command.by.area,
            area=command.area,
            since=command.since,
            until=command.until,
            team=command.team,
        )
        facts = self._store.facts_for(filters, MOST_ITEMS + 1)
        if len(facts) > MOST_ITEMS:
            raise InvalidError(
                {"from": [f"more than {MOST_ITEMS} findings: choose fewer days or a smaller area"]}
            )
        return tuple(item_of(fact) for fact in facts)

    def _answer(self, bulletin: Bulletin) -> Answer:
        return summary(
            bulletin,
            self._areas.name(bulletin.area),
            self._texts.lead(bulletin),
            self._texts.closing(bulletin),
        )


def _readable(found: Bulletin | None, by: Claims) -> Bulletin:
    if found is None:
        raise UnknownBulletinError
    if not by.covers(found.area):
        raise ForbiddenError("the bulletin is of an area outside of yours")
    if found.status != PUBLISHED and by.role not in DRAFT_READERS:
        raise ForbiddenError("what is not published is for its author's role, the approver and the auditor")
    return found


def _check(command: DraftBulletin) -> None:
    errors: dict[str, list[str]] = {}
    if command.kind != PROBLEMS:
        errors["kind"] = [f"not available yet; available now: {PROBLEMS}"]
    if command.until < command.since:
        errors["to"] = ["lies before from"]
    if command.names == FULL:
        errors["names"] = [
            "full names need a served decision that is to be made known: use masked or position_only"
        ]
    if errors:
        raise InvalidError(errors)
    if not command.by.covers(command.area):
        # Not one of a larger area either: it would tell of that area what the caller's part of it shows.
        raise ForbiddenError("the area lies outside of yours")
