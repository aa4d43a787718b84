"""The totals below a file of the ledger: added up while its rows go by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from services.reporting.domain.columns import Words
from services.reporting.domain.fact import Fact
from services.reporting.domain.statistics import Cell, cells_of, merged, summarise, tabulate

HEADER = (
    "分类", "项目", "交办(条)", "销号", "未销号", "逾期", "暂时无法整改", "异议复核中", "撤销", "复发",
    "交办(个)", "销号(个)", "未销号(个)", "销号率", "按期整改率", "整改天数中位数",
)  # fmt: skip
"""Of the second sheet."""
_FIGURES = (
    "posted", "closed", "open", "overdue", "blocked", "disputed", "withdrawn", "recurrences",
    "posted_items", "closed_items", "open_items", "rate_closed", "rate_on_time", "median_days",
)  # fmt: skip
_GROUPS = (("状态", "status", "finding_status"), ("辖区", "area", None), ("严重程度", "severity", "severity"),
           ("问题类别", "category", "category"), ("督导组", "team", "team"))  # fmt: skip
_ALL = "合计"


class Totals:
    """Of the facts that went by."""

    def __init__(self, words: Words, now: datetime) -> None:
        self._words = words
        self._now = now
        self._counted: dict[str, Counter[Cell]] = defaultdict(Counter)

    def counted(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """The same facts, each counted as it goes by."""
        for fact in facts:
            for _, by, _ in _GROUPS:
                self._counted[by].update(cells_of(fact, by, self._now))
            yield fact

    def table(self) -> Sequence[Sequence[Any]]:
        """A line for all together, then one for each group's key; the header first."""
        table = [HEADER, (_ALL, _ALL, *_figures(summarise(merged(self._counted["status"]))))]
        for title, by, kind in _GROUPS:
            rows = tabulate(merged(self._counted[by]), partial(self._name, kind))
            table += [(title, row["name"], *_figures(row)) for row in rows]
        return table

    def _name(self, kind: str | None, key: str | None) -> str:
        return self._words.area(key or "") if kind is None else self._words.label(kind, key or "")


def _figures(row: dict[str, Any]) -> list[Any]:
    return [row[name] for name in _FIGURES]
