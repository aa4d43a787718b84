"""Sheets for those who work in WPS or Excel."""

from typing import Any

import eventlet

from services.findings.entrypoints import answer_schemas, lines, move_lines, schemas
from services.findings.entrypoints.moves import fields_of_moves
from shared.http import Answer, Request, http, ok
from shared.http.answers import binary
from shared.http.openapi import Media
from shared.http.tables import XLSX

TEMPLATE_NAME = "督导问题提交表.xlsx"
LEDGER_NAME, ANSWERS_NAME = "历史台账导入表.xlsx", "整改答复表.xlsx"
ANSWERING = {"unit", "supervisor", "approver", "office"}


class SheetRoutes:
    """What findings say and hear by spreadsheet."""

    app: Any

    @http(
        "GET",
        "/findings/template.xlsx",
        roles={"supervisor", "office"},
        transactional=False,
        query=schemas.TemplateQuery,
        answers={200: Media(XLSX)},
    )
    def get_template(self, request: Request) -> Answer:
        """The form in which findings are handed in, or an old ledger, to fill in and send to /findings/batch"""
        if request.query["historical"]:
            return binary(self.app.workbooks.ledger(), XLSX, LEDGER_NAME)
        return binary(self.app.workbooks.template(), XLSX, TEMPLATE_NAME)

    @http(
        "GET",
        "/findings/answers.xlsx",
        roles=ANSWERING,
        query=schemas.FindingsFilters,
        answers={200: Media(XLSX)},
    )
    def get_answers(self, request: Request) -> Answer:
        """The caller's open findings by these filters, at most 1,000, to answer and send to /findings/moves"""
        items = self.app.ask.open_findings(request.query, request.claims, move_lines.MOST_LINES)
        book = self.app.workbooks.answers(items, request.claims.role, fields_of_moves())
        return binary(book, XLSX, ANSWERS_NAME)

    @http(
        "POST",
        "/findings/moves",
        roles=ANSWERING,
        raw=True,
        query=schemas.TryQuery,
        consumes=lines.CONTENT_TYPES,
        answers={200: answer_schemas.MovesAnswer},
    )
    def move_findings(self, request: Request) -> Answer:
        """Up to 1,000 moves, `{number|id, move, …}`, as NDJSON, JSON array, CSV or .xlsx; judged as single ones"""
        return ok(move_lines.move_lines(self, request, breathe=lambda: eventlet.sleep(0)))
