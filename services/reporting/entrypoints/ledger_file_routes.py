"""The ledger as files: a mixin of the api."""

from typing import Any

from services.reporting.entrypoints import schemas
from services.reporting.entrypoints.web_routes import LEDGER_READERS
from shared.http import Answer, Media, Request, binary, http

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_FILENAME = "督导问题台账"


class LedgerFileRoutes:
    """What the ledger shows, with the same filters and every column. `X-Total-Rows` says how many rows there are."""

    app: Any

    @http(
        "GET",
        "/ledger.xlsx",
        roles=LEDGER_READERS,
        query=schemas.LedgerFilters,
        answers={200: Media(XLSX)},
    )
    def get_ledger_xlsx(self, request: Request) -> Answer:
        """The ledger as a workbook: a row for each finding, and a sheet of totals"""
        return _file(self.app.exports.file("xlsx", request.query, request.claims), XLSX, "xlsx")

    @http(
        "GET",
        "/ledger.csv",
        roles=LEDGER_READERS,
        query=schemas.LedgerFilters,
        answers={200: Media(CSV)},
    )
    def get_ledger_csv(self, request: Request) -> Answer:
        """The ledger as CSV in UTF-8 with BOM"""
        return _file(self.app.exports.file("csv", request.query, request.claims), CSV, "csv")


def _file(spooled: Any, content_type: str, ending: str) -> Answer:
    answer = binary(spooled.chunks, content_type, f"{_FILENAME}.{ending}")
    answer.headers["X-Total-Rows"] = str(spooled.rows)
    return answer
