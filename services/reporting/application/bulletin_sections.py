"""The sections of a bulletin's body, each kind its own: problems in groups, what became of them, or typical cases."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.reporting.application.case_sections import CaseSections
from services.reporting.domain.bulletin import CASES, DAILY, DIGEST, PLAN, PROGRESS, RECTIFICATION, Bulletin
from services.reporting.domain.bulletin_item import AREA, CATEGORY, TEAM, Group, Item, groups
from services.reporting.domain.calendar import day_of
from services.reporting.domain.official_document import chinese_date, chinese_number
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

Section = dict[str, Any]
_PATHS = {CATEGORY: "category", TEAM: "team", AREA: "township"}
_NOT_YET = "尚未报送"


class Sections:
    """Makes them of what a bulletin shows."""

    def __init__(self, vocabulary: Vocabulary, areas: Areas) -> None:
        self._vocabulary = vocabulary
        self._areas = areas
        self._cases = CaseSections(vocabulary)

    def of(self, bulletin: Bulletin) -> list[Section]:
        """In order, with their ordinals."""
        if bulletin.kind == CASES:
            found = self._cases.of(bulletin)
        elif bulletin.kind == PROGRESS:
            found = self._behind(bulletin)
        else:
            order = list(self._vocabulary.raw.get(bulletin.group_by, ()))
            found = [
                self._group(bulletin, group) for group in groups(bulletin.shown, bulletin.group_by, order)
            ]
        if bulletin.kind == DAILY:
            found += self._closed(bulletin)
        return [{"ordinal": chinese_number(n), **section} for n, section in enumerate(found, 1)]

    def _behind(self, bulletin: Bulletin) -> list[Section]:
        """Of a progress bulletin only what is not as it should be is itemised."""
        overdue = [item for item in bulletin.shown if item.overdue]
        blocked = [item for item in bulletin.shown if item.status == "blocked"]
        named = (("逾期未整改问题", "overdue", overdue), ("暂时无法整改问题", "status.blocked", blocked))
        return [self._section(bulletin, name, path, items) for name, path, items in named if items]

    def _closed(self, bulletin: Bulletin) -> list[Section]:
        """What the days of a daily have brought to its end, whenever it was found."""
        name = "当日销号问题" if bulletin.since == bulletin.until else "期间销号问题"
        closings = bulletin.shown_closings
        return [self._section(bulletin, name, "closings", closings)] if closings else []

    def _group(self, bulletin: Bulletin, group: Group) -> Section:
        by = bulletin.group_by
        name = self._areas.name(group.key) if by == AREA else self._vocabulary.label(by, group.key)
        return self._section(bulletin, name, f"{_PATHS[by]}.{group.key}", (*group.places, *group.totals))

    def _section(self, bulletin: Bulletin, name: str, path: str, items: Iterable[Item]) -> Section:
        shown = list(items)
        return {
            "name": name,
            "path": path,
            "paragraphs": [],
            "places": [self._item(bulletin, item) for item in shown if not item.is_total],
            "totals": [self._item(bulletin, item) for item in shown if item.is_total],
        }

    def _item(self, bulletin: Bulletin, item: Item) -> dict[str, Any]:
        label = self._vocabulary.label
        about = [] if bulletin.group_by == CATEGORY else [label("category", item.category)]
        about += [label("severity", item.severity), label("finding_status", item.status)]
        return {
            "where": self._where(item),
            "description": item.description,
            "count": item.count,
            "found": [item.number, chinese_day(day_of(item.found_at)), label("team", item.team)],
            "about": about,
            "answers": [{"name": name, "text": text} for name, text in _answers(bulletin.kind, item)],
        }

    def _where(self, item: Item) -> str:
        """Township, village, place: each once, also where the place's name begins with the village's."""
        names = [self._areas.name(code) for code in dict.fromkeys((item.township, item.area))]
        return "".join(name for name in names if not item.place.startswith(name)) + item.place


def _answers(kind: str, item: Item) -> list[tuple[str, str]]:
    """What belongs below a problem: what the team asks, how it will be mended, or what was done."""
    if kind == DIGEST:
        return [("整改建议", item.suggestion)] if item.suggestion else []
    if kind in (PLAN, PROGRESS):
        return _planned(item)
    if kind == RECTIFICATION:
        return _done(item)
    return []


def _planned(item: Item) -> list[tuple[str, str]]:
    plan = item.plan or {}
    found = [("整改措施", str(plan.get("measures") or _NOT_YET))]
    until = plan.get("due") or item.deadline
    if item.block:
        found.append(("暂时无法整改原因", str(item.block["reason"])))
    return [*found, ("整改时限", _day(until))] if until else found


def _done(item: Item) -> list[tuple[str, str]]:
    if item.block:
        return [("未完成原因", str(item.block["reason"])), ("下一步打算", str(item.block["needs"]))]
    if item.report and item.status in ("reported", "closed"):
        done = f"{_day(item.report['completed_on'])}完成。" if item.report.get("completed_on") else ""
        return [("整改情况", f"{done}{item.report['measures']}")]
    return [("整改情况", "正在整改，未完成"), *_planned(item)]


def paragraphs(text: str) -> list[str]:
    """A text that people wrote, line by line."""
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def chinese_day(day: date) -> str:
    return chinese_date(day)


def _day(text: str) -> str:
    return chinese_date(date.fromisoformat(text))
