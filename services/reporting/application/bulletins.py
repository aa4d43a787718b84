"""Bulletins 通报: drafting one of what the ledger knows, showing it, and tracing its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.application import scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import BulletinStore, BulletinWriter, Clock, NewId, Work
from services.reporting.domain.bulletin import PROBLEMS, Bulletin, Group, Item, figures, groups, item_of
from services.reporting.domain.calendar import SHANGHAI
from services.reporting.domain.errors import InvalidError, UnknownBulletinError, UnknownFigureError
from services.reporting.domain.filters import Filters
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

MOST_ITEMS = 10_000
POSITION_ONLY, FULL = "position_only", "full"
_NUMERALS = "零一二三四五六七八九"
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
    by: Claims


class Bulletins:
    """Everything about bulletins."""

    def __init__(
        self,
        store: BulletinStore,
        writer: BulletinWriter,
        vocabulary: Vocabulary,
        areas: Areas,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._store = store
        self._writer = writer
        self._vocabulary = vocabulary
        self._areas = areas
        self._new_id = new_id
        self._clock = clock

    def draft(self, work: Work, command: DraftBulletin) -> Answer:
        """A new draft; its figures are those of this moment and stay so."""
        _check(command)
        scope.require_area(command.by, command.area)
        items = self._items(command)
        now = self._clock()
        facts = self._lead_facts(command, items, now)
        bulletin = Bulletin(
            id=self._new_id(),
            kind=command.kind,
            area=command.area,
            since=command.since,
            until=command.until,
            team=command.team,
            title=command.title or f"关于{facts['area']}督导检查发现问题的通报",
            names=command.names or POSITION_ONLY,
            lead=self._writer.lead(facts),
            closing=self._writer.closing(facts),
            author=command.by.sub,
            drafted_at=now,
            items=items,
        )
        work.bulletins.add(bulletin)
        return self._answer(bulletin)

    def get(self, bulletin: str, by: Claims) -> Answer:
        return self._answer(self._readable(bulletin, by))

    def find(
        self, by: Claims, kind: str | None, status: str | None, limit: int, cursor: str | None
    ) -> Listed:
        """Newest first."""
        found, following = self._store.find(by.area, kind, status, limit, cursor)
        return [self._answer(one) for one in found], following

    def render(self, bulletin: str, ending: str, by: Claims) -> str:
        """The bulletin as a document: `md` or `html`."""
        found = self._readable(bulletin, by)
        return self._writer.render(found.kind, ending, self._document(found))

    def trace(self, bulletin: str, figure: str, by: Claims) -> Answer:
        """The findings behind a figure."""
        found = self._readable(bulletin, by)
        known = figures(found.items)
        if figure not in known:
            raise UnknownFigureError(known)
        return {"figure": figure, "value": known[figure].value, "findings": list(known[figure].findings)}

    def _readable(self, bulletin: str, by: Claims) -> Bulletin:
        found = self._store.get(bulletin)
        if found is None or not by.covers(found.area):
            raise UnknownBulletinError
        return found

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

    def _lead_facts(self, command: DraftBulletin, items: Sequence[Item], now: datetime) -> dict[str, Any]:
        return {
            "area": self._areas.name(command.area),
            "since": _day(command.since),
            "until": _day(command.until),
            "team": command.team and self._vocabulary.label("team", command.team),
            "drafted_at": _day(now.astimezone(SHANGHAI).date()),
            "figures": {path: figure.value for path, figure in figures(items).items()},
            "townships": len({item.area[:9] for item in items}),
        }

    def _answer(self, bulletin: Bulletin) -> Answer:
        return {
            "id": bulletin.id,
            "kind": bulletin.kind,
            "status": bulletin.status,
            "number": bulletin.number,
            "title": bulletin.title,
            "area": bulletin.area,
            "area_name": self._areas.name(bulletin.area),
            "from": bulletin.since,
            "to": bulletin.until,
            "team": bulletin.team,
            "names": bulletin.names,
            "lead": bulletin.lead,
            "closing": bulletin.closing,
            "author": bulletin.author,
            "figures": {path: figure.value for path, figure in figures(bulletin.items).items()},
            "drafted_at": bulletin.drafted_at,
            "version": bulletin.version,
            "created_at": bulletin.drafted_at,
            "updated_at": bulletin.drafted_at,
        }

    def _document(self, bulletin: Bulletin) -> dict[str, Any]:
        order = list(self._vocabulary.raw["category"])
        shown = groups(bulletin.items, order)
        numbers = figures(bulletin.items)
        return {
            "title": bulletin.title,
            "lead": bulletin.lead,
            "closing": bulletin.closing,
            "drafted_at": bulletin.drafted_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "groups": [self._group(group, place) for place, group in enumerate(shown, 1)],
            "statuses": self._table("finding_status", "status", numbers),
            "townships": [
                {"name": self._areas.name(path.split(".")[1]), "findings": figure.value, "problems": problems}
                for path, figure in numbers.items()
                if path.startswith("township.") and path.endswith(".findings")
                for problems in [numbers[f"{path.removesuffix('findings')}problems"].value]
            ],
        }

    def _table(self, kind: str, prefix: str, numbers: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = []
        for code in self._vocabulary.raw[kind]:
            if f"{prefix}.{code}.findings" in numbers:
                rows.append(
                    {
                        "name": self._vocabulary.label(kind, code),
                        "findings": numbers[f"{prefix}.{code}.findings"].value,
                        "problems": numbers[f"{prefix}.{code}.problems"].value,
                    }
                )
        return rows

    def _group(self, group: Group, place: int) -> dict[str, Any]:
        return {
            "ordinal": _ordinal(place),
            "name": self._vocabulary.label("category", group.key),
            "problems": group.problems,
            "places": [self._item(item) for item in group.places],
            "totals": [self._item(item) for item in group.totals],
        }

    def _item(self, item: Item) -> dict[str, Any]:
        label = self._vocabulary.label
        return {
            "number": item.number,
            "where": f"{self._areas.name(item.area)} {item.place}",
            "description": " ".join(item.description.split()),
            "severity": label("severity", item.severity),
            "status": label("finding_status", item.status),
            "team": label("team", item.team),
            "found_on": _day(item.found_at.astimezone(SHANGHAI).date()),
            "count": item.count,
        }


def _check(command: DraftBulletin) -> None:
    errors: dict[str, list[str]] = {}
    if command.kind != PROBLEMS:
        errors["kind"] = [f"this release drafts {PROBLEMS} only"]
    if command.until < command.since:
        errors["to"] = ["lies before from"]
    if command.names == FULL:
        errors["names"] = [
            "full names need a served decision that is to be made known: use masked or position_only"
        ]
    if errors:
        raise InvalidError(errors)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _ordinal(place: int) -> str:
    """一 to 九十九, as headings are numbered."""
    tens, ones = divmod(place, 10)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"
