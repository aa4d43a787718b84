"""Sheets for those who work in WPS or Excel."""

from typing import Any

from shared.http import Answer, Request, http
from shared.http.answers import binary
from shared.http.openapi import Media
from shared.http.tables import XLSX

TEMPLATE_NAME = "督导问题提交表.xlsx"


class SheetRoutes:
    """What findings say and hear by spreadsheet."""

    app: Any

    @http(
        "GET",
        "/findings/template.xlsx",
        roles={"supervisor", "office"},
        transactional=False,
        answers={200: Media(XLSX)},
    )
    def get_template(self, request: Request) -> Answer:
        """The form in which findings are handed in, to fill in and send to /findings/batch"""
        return binary(self.app.workbooks.template(), XLSX, TEMPLATE_NAME)
