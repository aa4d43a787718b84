"""The tables of a bulletin and the chart beside them: figures by status, township or kind of measure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.domain.bulletin import CASES, PROGRESS, Bulletin
from services.reporting.domain.bulletin_figures import FINDINGS, PROBLEMS
from services.reporting.domain.official_document import BARS, Chart, Series, percent
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

Values = Mapping[str, Any]
Row = dict[str, Any]
_COUNTED = (FINDINGS, PROBLEMS)
_MEASURE = "measure."
_COURSE = (("township", "问题"), ("mended_in", "已销号"), ("open_in", "未销号"), ("overdue_in", "逾期"))
_RATES = (("rate_closed_in", "销号率"), ("rate_on_time_in", "按期整改率"))


class Tables:
    """Makes them of a bulletin's figures."""

    def __init__(self, vocabulary: Vocabulary, areas: Areas) -> None:
        self._vocabulary = vocabulary
        self._areas = areas

    def of(self, bulletin: Bulletin) -> list[dict[str, Any]]:
        """None where there is nothing to count."""
        values = bulletin.values
        if bulletin.kind == CASES:
            rows = self.measures(values)
            return [_table("处理措施", ("人次",), rows)] if rows else []
        if not values.get(f"total.{FINDINGS}"):
            return []
        statuses = _table("处理状态", ("条", "个"), self.parts("finding_status", "status", values))
        if bulletin.kind == PROGRESS:
            columns = (*(f"{name}（条）" for _, name in _COURSE), *(name for _, name in _RATES))
            return [statuses, _table("乡镇（街道）", columns, self._course(values))]
        return [statuses, _table("乡镇（街道）", ("条", "个"), self._townships(values))]

    def chart(self, bulletin: Bulletin) -> Chart | None:
        """How the townships stand, side by side."""
        values = bulletin.values
        if bulletin.kind == CASES or not values.get(f"total.{FINDINGS}"):
            return None
        codes = _codes("township", values)
        labels = tuple(self._areas.name(code) for code in codes)
        if bulletin.kind == PROGRESS:
            names = {"mended_in": "已销号", "open_in": "未销号"}
            series = tuple(
                Series(name, tuple(values[f"{part}.{code}.{FINDINGS}"] for code in codes))
                for part, name in names.items()
            )
            return Chart(
                caption="各乡镇（街道）整改情况", shape=BARS, labels=labels, series=series, unit="条"
            )
        problems = Series("问题", tuple(values[f"township.{code}.{PROBLEMS}"] for code in codes))
        return Chart(caption="各乡镇（街道）问题数", shape=BARS, labels=labels, series=(problems,), unit="个")

    def parts(self, kind: str, part: str, values: Values) -> list[Row]:
        """A part's figures in the order of the vocabulary; codes that it has no more come last."""
        order = list(self._vocabulary.raw[kind])
        present = _codes(part, values)
        ordered = sorted(present, key=lambda code: (order.index(code) if code in order else len(order), code))
        return [_row(self._vocabulary.label(kind, code), f"{part}.{code}", values) for code in ordered]

    def measures(self, values: Values) -> list[Row]:
        """By kind, in the order of the vocabulary."""
        order = list(self._vocabulary.raw["measure"])
        present = [path.removeprefix(_MEASURE) for path in values if path.startswith(_MEASURE)]
        ordered = sorted(present, key=lambda code: (order.index(code) if code in order else len(order), code))
        return [
            {"name": self._vocabulary.label("measure", code), "cells": [_cell(f"{_MEASURE}{code}", values)]}
            for code in ordered
        ]

    def _townships(self, values: Values) -> list[Row]:
        return [
            _row(self._areas.name(code), f"township.{code}", values) for code in _codes("township", values)
        ]

    def _course(self, values: Values) -> list[Row]:
        return [
            {
                "name": self._areas.name(code),
                "cells": [
                    *(_cell(f"{part}.{code}.{FINDINGS}", values) for part, _ in _COURSE),
                    *(_rate(f"{part}.{code}", values) for part, _ in _RATES),
                ],
            }
            for code in _codes("township", values)
        ]


def _codes(part: str, values: Values) -> list[str]:
    prefix, ending = f"{part}.", f".{FINDINGS}"
    return [
        path.removeprefix(prefix).removesuffix(ending)
        for path in values
        if path.startswith(prefix) and path.endswith(ending)
    ]


def _row(name: str, path: str, values: Values) -> Row:
    return {"name": name, "cells": [_cell(f"{path}.{count}", values) for count in _COUNTED]}


def _cell(path: str, values: Values) -> dict[str, Any]:
    return {"path": path, "value": values[path], "text": str(values[path])}


def _rate(path: str, values: Values) -> dict[str, Any]:
    return {"path": path, "value": values[path], "text": percent(values[path])}


def _table(heading: str, columns: Sequence[str], rows: list[Row]) -> dict[str, Any]:
    return {"heading": heading, "columns": list(columns), "rows": rows}
