"""Statistics: of findings, compared and ranked if asked for, and of measures."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.reporting.application import scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import Clock, LedgerStore
from services.reporting.domain.errors import InvalidError
from services.reporting.domain.filters import Filters
from services.reporting.domain.measure import TIERS, MeasureFilters, counted, tabulated
from services.reporting.domain.statistics import Row, ranked, summarise, tabulate
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

_NOBODY = "(无)"
_KINDS = {
    "category": "category",
    "severity": "severity",
    "team": "team",
    "method": "method",
    "status": "finding_status",
}
_ONE_EACH = (*_KINDS, "area")
"""By these each finding is in one row."""


class Statistics:
    """One method for each question."""

    def __init__(self, store: LedgerStore, vocabulary: Vocabulary, areas: Areas, clock: Clock) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._areas = areas
        self._clock = clock

    def findings(self, asked: Mapping[str, Any], by: Claims) -> Answer:
        """A row for each key, and all of them together: findings that have several keys count there once.

        `compare` adds to each the figures of the period of the same length just before; `sort` is a figure by which
        the rows are ranked, the greatest first after a minus.
        """
        asked = dict(asked)
        key, compare, sort = asked.pop("by"), asked.pop("compare"), asked.pop("sort")
        scope.require_area(by, asked.get("area"))
        filters, now = Filters(reach=by.area, by_unit=by.role == "unit", **asked), self._clock()
        earlier = None if compare is None else _previous(filters)
        rows, total = self._figures(key, filters, now)
        if earlier is not None:
            before, total["previous"] = self._figures(key, earlier, now)
            known = {row["key"]: row for row in before}
            rows = [{**row, "previous": known.get(row["key"]) or summarise(())} for row in rows]
        return {"rows": rows if sort is None else ranked(rows, sort), "total": total}

    def measures(self, asked: Mapping[str, Any], by: Claims) -> Answer:
        """By kind, form or month of the decision; those that were not served only to whom they may be known."""
        scope.require_area(by, asked["area"])
        filters = MeasureFilters(
            reach=by.area,
            area=asked["area"],
            since=asked["since"],
            until=asked["until"],
            served_only=by.role not in scope.KNOWS_CASES,
            handler=None if by.role == scope.AUDITOR else by.sub,
        )
        measures = list(self._store.measures(filters))
        names = self._measure_name(asked["by"])
        return {"rows": tabulated(measures, asked["by"], names), "total": counted(measures)}

    def _figures(self, key: str, filters: Filters, now: datetime) -> tuple[list[Row], Row]:
        cells, names = self._store.cells(filters, key, now)
        total = cells if key in _ONE_EACH else self._store.cells(filters, "status", now)[0]
        return tabulate(cells, self._namer(key, names)), summarise(total)

    def _namer(self, by_key: str, names: Mapping[str, str]) -> Callable[[str | None], str]:
        def name(key: str | None) -> str:
            if key is None:
                return _NOBODY
            if by_key in _KINDS:
                return self._vocabulary.label(_KINDS[by_key], key)
            return names.get(key, key) if by_key == "cadre" else self._areas.name(key)

        return name

    def _measure_name(self, by_key: str) -> Callable[[str], str]:
        if by_key == "kind":
            return lambda key: self._vocabulary.label("measure", key)
        return lambda key: TIERS.get(key, key)


def _previous(filters: Filters) -> Filters:
    """The period of the same length that ends the day before."""
    if filters.since is None or filters.until is None or filters.until < filters.since:
        raise InvalidError({"compare": ["needs from and to, the days of the period"]})
    length = filters.until - filters.since + timedelta(days=1)
    try:
        return replace(filters, since=filters.since - length, until=filters.until - length)
    except OverflowError:
        raise InvalidError({"from": ["there are no days before"]}) from None
