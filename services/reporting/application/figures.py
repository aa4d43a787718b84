"""The figures of the dashboard: how it stands today in the caller's area, by status and by township."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.reporting.application.answers import Answer
from services.reporting.application.ports import Clock, LedgerStore
from services.reporting.application.queries import ReportingQueries
from services.reporting.domain.bulletin_item import TOWNSHIP
from services.reporting.domain.calendar import day_of
from services.reporting.domain.filters import Filters
from services.reporting.domain.statistics import Cell, summarise, tabulate
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

LATEST = 10
BALANCE_READERS = frozenset({"office", "admin", "auditor"})
_STATUS = "finding_status"


class Dashboard:
    """What the first page tells."""

    def __init__(
        self, store: LedgerStore, ask: ReportingQueries, vocabulary: Vocabulary, areas: Areas, clock: Clock
    ) -> None:
        self._store = store
        self._ask = ask
        self._vocabulary = vocabulary
        self._areas = areas
        self._clock = clock

    def get(self, by: Claims, latest: Mapping[str, Any]) -> Answer:
        """`latest` are the ledger's filters without any set. Whether the services agree is for whom it concerns."""
        now = self._clock()
        reach = Filters(reach=by.area, by_unit=by.role == "unit")
        cells, _ = self._store.cells(reach, "status", now)
        rows, _ = self._ask.ledger({**latest, "limit": LATEST}, by)
        return {
            "area": by.area,
            "area_name": self._areas.name(by.area),
            "now": now,
            "total": summarise(cells),
            "today": {name: self._of_today(reach, name, now) for name in ("posted", "closed")},
            "statuses": self._by_status(tabulate(cells, self._label)),
            "townships": tabulate(
                [_in_township(cell) for cell in self._store.cells(reach, "area", now)[0]],
                lambda key: self._areas.name(key or ""),
            ),
            "latest": rows,
            "balance": self._ask.reconciliation(by) if by.role in BALANCE_READERS else None,
        }

    def _of_today(self, reach: Filters, what: str, now: datetime) -> int:
        today = replace(reach, date=what, since=day_of(now), until=day_of(now))
        return int(summarise(self._store.cells(today, "status", now)[0])["posted"])

    def _label(self, status: str | None) -> str:
        return self._vocabulary.label(_STATUS, status or "")

    def _by_status(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        order = list(self._vocabulary.raw[_STATUS])
        return sorted(rows, key=lambda row: order.index(row["key"]) if row["key"] in order else len(order))


def _in_township(cell: Cell) -> Cell:
    return replace(cell, key=(cell.key or "")[:TOWNSHIP])
