"""What a bulletin says: its paragraphs and its document, with the county's labels instead of codes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.reporting.application.ports import BulletinWriter
from services.reporting.domain.bulletin import AREA, CATEGORY, Bulletin, Group, Item, groups
from services.reporting.domain.bulletin_figures import FINDINGS, PROBLEMS, figures
from services.reporting.domain.calendar import SHANGHAI, day_of
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

Values = Mapping[str, int]
_NUMERALS = "零一二三四五六七八九"


class BulletinTexts:
    """Makes them of a bulletin. Every number is one of its figures."""

    def __init__(self, writer: BulletinWriter, vocabulary: Vocabulary, areas: Areas) -> None:
        self._writer = writer
        self._vocabulary = vocabulary
        self._areas = areas

    def title(self, area: str) -> str:
        return f"关于{self._areas.name(area)}督导检查发现问题的通报"

    def lead(self, bulletin: Bulletin) -> str:
        """The office's own first paragraph, else the template's: coverage, counts, disposition."""
        return self._writer.lead(self._said(bulletin)) if bulletin.lead is None else bulletin.lead

    def closing(self, bulletin: Bulletin) -> str:
        return self._writer.closing(self._said(bulletin)) if bulletin.closing is None else bulletin.closing

    def render(self, bulletin: Bulletin, ending: str) -> str:
        """The whole of it; `ending` is md or html."""
        return self._writer.render(bulletin.kind, ending, self.document(bulletin))

    def _said(self, bulletin: Bulletin) -> dict[str, Any]:
        values = bulletin.values
        return {
            "area": self._areas.name(bulletin.area),
            "since": chinese_day(bulletin.since),
            "until": chinese_day(bulletin.until),
            "team": bulletin.team and self._vocabulary.label("team", bulletin.team),
            "methods": [row["name"] for row in self._rows("method", "method", values)],
            "drafted_on": chinese_day(day_of(bulletin.drafted_at)),
            "figures": dict(values),
            "statuses": self._rows("finding_status", "status", values),
        }

    def document(self, bulletin: Bulletin) -> dict[str, Any]:
        """What there is to say, with labels and figures."""
        values = bulletin.values
        order = list(self._vocabulary.raw["category"])
        shown = groups(bulletin.shown, bulletin.group_by, order)
        return {
            "title": bulletin.title,
            "addressees": list(bulletin.addressees),
            "copy_to": list(bulletin.copy_to),
            "lead": paragraphs(self.lead(bulletin)),
            "closing": paragraphs(self.closing(bulletin)),
            "drafted_at": bulletin.drafted_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "left_out": len(bulletin.exclude),
            "groups": [self._group(bulletin.group_by, group, n) for n, group in enumerate(shown, 1)],
            "tables": self._tables(bulletin) if shown else [],
            "figures": dict(values),
        }

    def _tables(self, bulletin: Bulletin) -> list[dict[str, Any]]:
        return [
            {"heading": "处理状态", "rows": self._rows("finding_status", "status", bulletin.values)},
            {"heading": "乡镇(街道)", "rows": self._townships(bulletin.shown)},
        ]

    def _rows(self, kind: str, part: str, values: Values) -> list[dict[str, Any]]:
        """A part's figures in the order of the vocabulary; codes that it has no more come last."""
        prefix, ending = f"{part}.", f".{FINDINGS}"
        present = [
            path.removeprefix(prefix).removesuffix(ending)
            for path in values
            if path.startswith(prefix) and path.endswith(ending)
        ]
        order = list(self._vocabulary.raw[kind])
        ordered = sorted(present, key=lambda code: (order.index(code) if code in order else len(order), code))
        return [_row(self._vocabulary.label(kind, code), f"{part}.{code}", values) for code in ordered]

    def _townships(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        values = values_of(items)
        codes = sorted({item.township for item in items})
        return [_row(self._areas.name(code), f"township.{code}", values) for code in codes]

    def _group(self, by: str, group: Group, place: int) -> dict[str, Any]:
        name = self._vocabulary.label(CATEGORY, group.key) if by == CATEGORY else self._areas.name(group.key)
        return {
            "ordinal": ordinal(place),
            "name": name,
            "path": f"{'category' if by == CATEGORY else 'township'}.{group.key}",
            "places": [self._item(by, item) for item in group.places],
            "totals": [self._item(by, item) for item in group.totals],
        }

    def _item(self, by: str, item: Item) -> dict[str, Any]:
        label = self._vocabulary.label
        about = [label("category", item.category)] if by == AREA else []
        about += [label("severity", item.severity), label("finding_status", item.status)]
        return {
            "where": self._where(item),
            "description": item.description,
            "count": item.count,
            "found": [item.number, chinese_day(day_of(item.found_at)), label("team", item.team)],
            "about": about,
        }

    def _where(self, item: Item) -> str:
        """Township, village, place: each once, also where the place's name begins with the village's."""
        names = [self._areas.name(code) for code in dict.fromkeys((item.township, item.area))]
        return "".join(name for name in names if not item.place.startswith(name)) + item.place


def values_of(items: Sequence[Item]) -> dict[str, int]:
    """The figures without what is behind them."""
    return {path: figure.value for path, figure in figures(items).items()}


def paragraphs(text: str) -> list[str]:
    """A text that people wrote, line by line."""
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(place: int) -> str:
    """一 to 九十九, as headings are numbered; figures beyond."""
    tens, ones = divmod(place, 10)
    if tens > 9:
        return str(place)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"


def _row(name: str, path: str, values: Values) -> dict[str, Any]:
    counts: Iterable[str] = (FINDINGS, PROBLEMS)
    return {"name": name, "path": path, **{count: values[f"{path}.{count}"] for count in counts}}
