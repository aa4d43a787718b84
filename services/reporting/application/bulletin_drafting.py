"""Drafting a bulletin: of what the ledger knows of an area and some days, as it stands at this moment."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.application.bulletin_naming import checked_names, kept_names
from services.reporting.application.bulletin_sources import BulletinSources
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.ports import Clock, NewId, Work
from services.reporting.domain.bulletin import AUTHORS, DAILY, DIGEST, PROGRESS, Bulletin
from services.reporting.domain.bulletin_figures import values_of
from services.reporting.domain.bulletin_item import AREA, CATEGORY, TEAM
from services.reporting.domain.errors import ForbiddenError, InvalidError
from shared.contracts.claims import Claims

_GROUPED = {DIGEST: TEAM, DAILY: AREA, PROGRESS: AREA}


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


class Drafting:
    """Makes drafts."""

    def __init__(self, sources: BulletinSources, texts: BulletinTexts, new_id: NewId, clock: Clock) -> None:
        self._sources = sources
        self._texts = texts
        self._new_id = new_id
        self._clock = clock

    def draft(self, work: Work, command: DraftBulletin, **more: Any) -> Bulletin:
        """A new one, kept; its figures are those of this moment and stay so. `more` are fields of the bulletin.

        Raises:
            InvalidError, ForbiddenError: the days, the names, the area or the caller's role do not fit.
        """
        _check(command)
        bulletin = self._made(command, more)
        bulletin = bulletin.with_title(command.title or self._texts.title(bulletin))
        work.bulletins.add(bulletin)
        return bulletin

    def refresh(self, work: Work, bulletin: Bulletin) -> Bulletin:
        """The draft of what is known at this moment; its own texts and what it leaves out stay.

        Raises:
            NotDraftError: it is no draft.
            InvalidError: the names that it was drafted with may not be told any more.
        """
        now = self._clock()
        cases = self._sources.cases(bulletin)
        names = checked_names(bulletin.kind, bulletin.names, cases)
        retaken = bulletin.retaken(
            now,
            items=self._sources.items(bulletin, now),
            closings=self._sources.closings(bulletin, now),
            cases=kept_names(names, cases),
        )
        retaken = retaken.counted(values_of(retaken))
        work.bulletins.save_retaken(retaken)
        return retaken

    def _made(self, command: DraftBulletin, more: dict[str, Any]) -> Bulletin:
        now = self._clock()
        cases = self._sources.cases(command)
        names = checked_names(command.kind, command.names, cases)
        bulletin = Bulletin(
            id=self._new_id(),
            kind=command.kind,
            area=command.area,
            since=command.since,
            until=command.until,
            team=command.team,
            title="",
            names=names,
            group_by=command.group_by or _GROUPED.get(command.kind, CATEGORY),
            author=command.by.sub,
            drafted_at=now,
            updated_at=now,
            items=self._sources.items(command, now),
            closings=self._sources.closings(command, now),
            cases=kept_names(names, cases),
            values={},
            **more,
        )
        return bulletin.counted(values_of(bulletin))


def _check(command: DraftBulletin) -> None:
    if command.until < command.since:
        raise InvalidError({"to": ["lies before from"]})
    if command.by.role != AUTHORS[command.kind]:
        raise ForbiddenError(f"a bulletin of this kind is drafted by: {AUTHORS[command.kind]}")
    if not command.by.covers(command.area):
        # Not one of a larger area either: it would tell of that area what the caller's part of it shows.
        raise ForbiddenError("the area lies outside of yours")
