"""Drafting a bulletin: of what the ledger knows of an area and some days, as it stands at this moment."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.application.bulletin_naming import checked_names, kept_names
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.ports import BulletinStore, Clock, NewId, Work
from services.reporting.domain.bulletin import (
    AREA,
    AUTHORS,
    CASES,
    CATEGORY,
    DAILY,
    DIGEST,
    PROGRESS,
    TEAM,
    Bulletin,
    Item,
    item_of,
)
from services.reporting.domain.bulletin_case import CaseEntry, case_entry
from services.reporting.domain.bulletin_figures import values_of
from services.reporting.domain.errors import ForbiddenError, InvalidError
from services.reporting.domain.filters import Filters
from services.reporting.domain.view import is_overdue, view
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event

MOST_ITEMS = 10_000
MOST_CASES = 500
_GROUPED = {DIGEST: TEAM, DAILY: AREA, PROGRESS: AREA}
_CASE = "case."


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

    def __init__(self, store: BulletinStore, texts: BulletinTexts, new_id: NewId, clock: Clock) -> None:
        self._store = store
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

    def _made(self, command: DraftBulletin, more: dict[str, Any]) -> Bulletin:
        now, of_cases = self._clock(), command.kind == CASES
        cases = self._cases(command) if of_cases else ()
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
            items=() if of_cases else self._items(command),
            cases=kept_names(names, cases),
            values={},
            **more,
        )
        return bulletin.counted(values_of(bulletin))

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
        now = self._clock()
        return tuple(item_of(fact, overdue=is_overdue(view(fact).overdue_from, now)) for fact in facts)

    def _cases(self, command: DraftBulletin) -> tuple[CaseEntry, ...]:
        """Only cases that lie wholly in the area: another one would tell of what lies outside."""
        told, measures = _newest(self._store.told_of_cases(self._store.case_ids(MOST_CASES)))
        within = {
            case: data
            for case, data in told.items()
            if data["areas"] and all(area.startswith(command.area) for area in data["areas"])
        }
        cards = self._store.cards(sorted({one for data in within.values() for one in data["persons"]}))
        entries = (
            case_entry(
                data,
                [one for one in measures if one["case"] == case],
                cards,
                command.since,
                command.until,
            )
            for case, data in within.items()
        )
        return tuple(one for one in entries if one is not None)


def _newest(events: Any) -> tuple[dict[str, Any], list[Any]]:
    """By case what was said last of it, and what was said last of each measure."""
    newest: dict[str, Event] = {}
    for event in events:
        known = newest.get(event.subject)
        if known is None or event.sequence > known.sequence:
            newest[event.subject] = event
    ordered = sorted(newest.items())
    told = {key: event.data for key, event in ordered if event.type.startswith(_CASE)}
    return told, [event.data for _, event in ordered if not event.type.startswith(_CASE)]


def _check(command: DraftBulletin) -> None:
    if command.until < command.since:
        raise InvalidError({"to": ["lies before from"]})
    if command.by.role != AUTHORS[command.kind]:
        raise ForbiddenError(f"a bulletin of this kind is drafted by: {AUTHORS[command.kind]}")
    if not command.by.covers(command.area):
        # Not one of a larger area either: it would tell of that area what the caller's part of it shows.
        raise ForbiddenError("the area lies outside of yours")
