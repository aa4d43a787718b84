"""The ledger as files: a mixin of the api."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.reporting.application.exports import STATUSES
from services.reporting.entrypoints import schemas
from services.reporting.entrypoints.web_routes import LEDGER_READERS
from shared.http import Answer, Listing, Media, Request, binary, http, listing
from shared.http.fields import Moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PATIENCE = 900.0
"""Seconds for all that is read for a file: it is read as the file is written, a million rows on a slow machine."""
_FILENAME = "督导问题台账"


class ExportAnswer(Schema):
    """How far a file has come: `rows` of `of` are in it (not known before for a past day)."""

    id = fields.String(required=True)
    format = fields.String(required=True)
    begun_at = Moment(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    rows = fields.Integer(required=True)
    of = fields.Integer(required=True, allow_none=True)
    percent = fields.Integer(required=True, allow_none=True)


class LedgerFileRoutes:
    """What the ledger shows, with the same filters and every column. `X-Total-Rows` says how many rows there are;
    while a file is made, `/ledger/exports` tells how far it is."""

    app: Any

    @http(
        "GET",
        "/ledger.xlsx",
        roles=LEDGER_READERS,
        query=schemas.LedgerFilters,
        patience=PATIENCE,
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
        patience=PATIENCE,
        answers={200: Media(CSV)},
    )
    def get_ledger_csv(self, request: Request) -> Answer:
        """The ledger as CSV in UTF-8 with BOM"""
        return _file(self.app.exports.file("csv", request.query, request.claims), CSV, "csv")

    @http("GET", "/ledger/exports", roles=LEDGER_READERS, answers={200: Listing(ExportAnswer)})
    def get_ledger_exports(self, request: Request) -> Answer:
        """How far the caller's files of the last day have come, the newest first"""
        return listing(self.app.exports.progress(request.claims), None)


def _file(spooled: Any, content_type: str, ending: str) -> Answer:
    answer = binary(spooled.chunks, content_type, f"{_FILENAME}.{ending}")
    answer.headers["X-Total-Rows"] = str(spooled.rows)
    return answer
