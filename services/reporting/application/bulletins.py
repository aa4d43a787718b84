"""Bulletins 通报: drafting one, mending the draft, showing it, and tracing its figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.application.answers import Answer
from services.reporting.application.bulletin_answers import summary, traced
from services.reporting.application.bulletin_drafting import DraftBulletin, Drafting
from services.reporting.application.bulletin_files import BulletinFiles
from services.reporting.application.bulletin_naming import check_audience
from services.reporting.application.bulletin_reading import (
    DRAFT_READERS,
    readable,
    require_author,
    require_within,
)
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.ports import BulletinStore, Clock, Work
from services.reporting.application.scope import KNOWS_CASES
from services.reporting.domain.bulletin import CASES, DRAFT, PUBLISHED, Bulletin, BulletinFilters, Exclusion
from services.reporting.domain.bulletin_figures import figures_of, values_of
from services.reporting.domain.bulletin_snapshot import faults
from services.reporting.domain.errors import BrokenSnapshotError, ForbiddenError, UnknownFigureError
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims

_IN_ANSWERS = "figures."
RequireVersion = Callable[[int], None]
Listed = tuple[list[Answer], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditBulletin:
    """Change a draft: `changes` by the bulletin's own names. `require_version` refuses who saw another version."""

    bulletin: str
    changes: Mapping[str, Any]
    by: Claims
    require_version: RequireVersion

    @classmethod
    def from_request(
        cls, bulletin: str, body: Mapping[str, Any], by: Claims, require_version: RequireVersion
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
    """Everything about bulletins but their way out (publishing.py)."""

    def __init__(
        self,
        store: BulletinStore,
        drafting: Drafting,
        texts: BulletinTexts,
        files: BulletinFiles,
        areas: Areas,
        clock: Clock,
    ) -> None:
        self._store = store
        self._drafting = drafting
        self._texts = texts
        self._files = files
        self._areas = areas
        self._clock = clock

    def draft(self, work: Work, command: DraftBulletin) -> Answer:
        """A new draft; its figures are those of this moment and stay so."""
        return self.answer(self._drafting.draft(work, command))

    def edit(self, work: Work, command: EditBulletin) -> Answer:
        """The draft with other texts, or with other findings left out: its figures follow."""
        bulletin = require_author(readable(work.bulletins.get(command.bulletin), command.by), command.by)
        command.require_version(bulletin.version)
        if not command.changes:
            return self.answer(bulletin)
        edited = bulletin.edit(command.changes, self._clock())
        edited = edited.counted(values_of(edited))
        check_audience(edited)
        work.bulletins.save(edited)
        return self.answer(edited)

    def refresh(self, work: Work, bulletin: str, by: Claims, require_version: RequireVersion) -> Answer:
        """The draft of what is known at this moment; its own texts and what it leaves out stay."""
        found = require_author(readable(work.bulletins.get(bulletin), by), by)
        require_version(found.version)
        retaken = self._drafting.refresh(work, found)
        check_audience(retaken)
        return self.answer(retaken)

    def get(self, bulletin: str, by: Claims) -> Answer:
        """A published one only as it was published.

        Raises:
            BrokenSnapshotError: it is not any more.
        """
        found = readable(self._store.get(bulletin), by)
        if found.status == PUBLISHED:
            self._checked(found.id)
        return self.answer(found)

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
            area=by.area,
            kind=kind,
            status=status,
            since=since,
            until=until,
            drafts=tuple(sorted(kind for kind, roles in DRAFT_READERS.items() if by.role in roles)),
        )
        found, following = self._store.find(filters, limit, cursor)
        return [self.answer(one) for one in found], following

    def render(self, bulletin: str, ending: str, by: Claims) -> str:
        """The bulletin as a document: `md` or `html`; a published one as it was published."""
        found = readable(self._store.whole(bulletin), by)
        if found.status == PUBLISHED:
            return self._checked(found.id)[ending].decode()
        return self._texts.render(found, ending)

    def file(self, bulletin: str, file_format: str, by: Claims) -> bytes:
        """The bulletin as it is printed: `docx` or `pdf`; a published one byte for byte as it was published."""
        found = readable(self._store.whole(bulletin), by)
        if found.status == PUBLISHED:
            return self._checked(found.id)[file_format]
        return self._files.render(found, file_format)

    def trace(self, bulletin: str, figure: str, by: Claims) -> Answer:
        """What is behind a figure, by its path; as it stands in the answers (`figures.…`) it is taken too."""
        found = readable(self._store.whole(bulletin), by)
        require_within(found, by)
        if found.kind == CASES and by.role not in KNOWS_CASES:
            raise ForbiddenError(
                "what is behind the figures of cases is for commission, approver and auditor"
            )
        known = figures_of(found)
        path = figure.removeprefix(_IN_ANSWERS)
        if path not in known:
            raise UnknownFigureError(known)
        return traced(path, known[path])

    def faults(self, bulletin: str) -> list[str]:
        """What of a published one is not as it was published; its figures are counted again, too."""
        found, files = self._store.whole(bulletin), self._store.files(bulletin)
        assert found is not None, "asked of a published one"
        wrong = faults(found, files)
        counted = values_of(found)
        # Those that it has: there are more figures now than when the first were published.
        if any(path not in counted or counted[path] != value for path, value in found.values.items()):
            wrong.append("its figures")
        return wrong

    def waiting(self, by: Claims, limit: int) -> list[Bulletin]:
        """Drafts and approved ones of the caller's area that the caller may read, newest first."""
        kinds = tuple(sorted(kind for kind, roles in DRAFT_READERS.items() if by.role in roles))
        found: list[Bulletin] = []
        for status in (DRAFT, "approved"):
            filters = BulletinFilters(area=by.area, status=status, drafts=kinds)
            found += self._store.find(filters, limit, None)[0]
        return found

    def answer(self, bulletin: Bulletin) -> Answer:
        """As callers see it."""
        return summary(
            bulletin,
            self._areas.name(bulletin.area),
            self._texts.lead(bulletin),
            self._texts.closing(bulletin),
        )

    def _checked(self, bulletin: str) -> Mapping[str, bytes]:
        """The files of a published one, if all of it is as it was published."""
        found, files = self._store.whole(bulletin), self._store.files(bulletin)
        assert found is not None, "it was read a moment ago, and nothing is ever deleted"
        if wrong := faults(found, files):
            raise BrokenSnapshotError(wrong)
        return files
