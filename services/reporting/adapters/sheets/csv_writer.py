"""The ledger as CSV: UTF-8 with BOM, so that spreadsheets know it; no cell begins a formula."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.reporting.adapters.sheets.spool import pieces, spool, tell
from services.reporting.application.ports import Spooled
from services.reporting.domain.columns import Column

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MINUTES = "%Y-%m-%d %H:%M:%S"


class CsvWriter:
    """A Writer. The totals are for workbooks."""

    def write(
        self,
        columns: Sequence[Column],
        rows: Iterator[Sequence[Any]],
        totals: Callable[[], Sequence[Sequence[Any]]],
    ) -> Spooled:
        """The file."""
        file, count = spool(), 0
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        try:
            out = csv.writer(text)
            out.writerow([column.label for column in columns])
            for count, row in enumerate(rows, 1):
                out.writerow([_said(value) for value in row])
                tell(count, "csv")
            text.detach()
        except BaseException:
            # Also when the caller goes away: the half-written file is nobody's, and whatever it was goes on upwards,
            # where it is logged.
            file.close()
            raise
        return Spooled(pieces(file), count)


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime(_MINUTES)
    if isinstance(value, str) and value.startswith(_FORMULA):
        # What a spreadsheet would take for a formula it takes for a text after this sign.
        return f"'{value}"
    return value
