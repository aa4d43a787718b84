"""What a bulletin is made of: findings and cases of an area and some days, as the ledger knows them at this moment."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from services.reporting.application.ports import BulletinStore
from services.reporting.domain.bulletin import CASES, WITH_CLOSINGS, Bulletin
from services.reporting.domain.bulletin_case import CaseEntry, case_entry
from services.reporting.domain.bulletin_changes import Change, cases_changed, findings_changed
from services.reporting.domain.bulletin_item import Item, item_of
from services.reporting.domain.errors import InvalidError
from services.reporting.domain.filters import Filters
from shared.contracts.envelope import Event

MOST_ITEMS = 10_000
MOST_CASES = 500
_CASE = "case."
_CLOSED = "closed"


class Asked(Protocol):
    """Of what the bulletin is: a request or a bulletin that is there."""

    @property
    def kind(self) -> str: ...

    @property
    def area(self) -> str: ...

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date: ...

    @property
    def team(self) -> str | None: ...


class BulletinSources:
    """Asks the ledger."""

    def __init__(self, store: BulletinStore) -> None:
        self._store = store

    def items(self, asked: Asked, now: datetime) -> tuple[Item, ...]:
        """What was found in these days.

        Raises:
            InvalidError: more than a bulletin can hold.
        """
        return () if asked.kind == CASES else self._found(asked, now, {})

    def closings(self, asked: Asked, now: datetime) -> tuple[Item, ...]:
        """What was closed in these days, for the kinds that tell it.

        Raises:
            InvalidError: more than a bulletin can hold.
        """
        if asked.kind not in WITH_CLOSINGS:
            return ()
        return self._found(asked, now, {"date": _CLOSED, "status": _CLOSED})

    def cases(self, asked: Asked) -> tuple[CaseEntry, ...]:
        """Only cases that lie wholly in the area: another one would tell of what lies outside."""
        return () if asked.kind != CASES else self._entries(asked, self._store.case_ids(MOST_CASES))

    def changes(self, bulletin: Bulletin) -> list[Change]:
        """What of that which the bulletin shows may not be told any more."""
        shown = {item.id: item for item in (*bulletin.shown_closings, *bulletin.shown)}
        gone = self._store.withdrawn(sorted(shown))
        found = findings_changed(shown.values(), gone)
        if bulletin.shown_cases:
            entries = self._entries(bulletin, [case.id for case in bulletin.shown_cases])
            found += cases_changed(bulletin, {one.id: one for one in entries})
        return found

    def _found(self, asked: Asked, now: datetime, more: Mapping[str, Any]) -> tuple[Item, ...]:
        days: dict[str, Any] = {"since": asked.since, "until": asked.until, "team": asked.team}
        filters = Filters(reach=asked.area, area=asked.area, **days, **more)
        facts = self._store.facts_for(filters, MOST_ITEMS + 1)
        if len(facts) > MOST_ITEMS:
            raise InvalidError(
                {"from": [f"more than {MOST_ITEMS} findings: choose fewer days or a smaller area"]}
            )
        return tuple(item_of(fact, now) for fact in facts)

    def _entries(self, asked: Asked, ids: Iterable[str]) -> tuple[CaseEntry, ...]:
        told, measures = _newest(self._store.told_of_cases(list(ids)))
        within = {
            case: data
            for case, data in told.items()
            if data["areas"] and all(area.startswith(asked.area) for area in data["areas"])
        }
        cards = self._store.cards(sorted({one for data in within.values() for one in data["persons"]}))
        entries = (
            case_entry(
                data, [one for one in measures if one["case"] == case], cards, asked.since, asked.until
            )
            for case, data in within.items()
        )
        return tuple(one for one in entries if one is not None)


def _newest(events: Iterable[Event]) -> tuple[dict[str, Any], list[Any]]:
    """By case what was said last of it, and what was said last of each measure."""
    newest: dict[str, Event] = {}
    for event in events:
        known = newest.get(event.subject)
        if known is None or event.sequence > known.sequence:
            newest[event.subject] = event
    ordered = sorted(newest.items())
    told = {key: event.data for key, event in ordered if event.type.startswith(_CASE)}
    return told, [event.data for _, event in ordered if not event.type.startswith(_CASE)]
