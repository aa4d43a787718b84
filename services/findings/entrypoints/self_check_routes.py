"""The routes of self-checks 举一反三: a mixin of the api."""

from collections.abc import Callable
from typing import Any

from services.findings.application.self_checks import AnswerSelfCheck, OrderSelfChecks
from services.findings.entrypoints import self_check_schemas as schemas
from shared.http import Answer, Listing, PageQuery, Request, http, listing
from shared.http.answers import document

READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}


class SelfCheckRoutes:
    """Areas are asked to look at themselves, and answer."""

    app: Any

    @http(
        "POST",
        "/findings/{id}/self-checks",
        roles={"office", "supervisor"},
        body=schemas.OrderSelfChecksRequest,
        answers={201: schemas.SelfChecksAnswer},
    )
    def order_self_checks(self, request: Request) -> Answer:
        """举一反三: one self-check for each area; an area that was asked before is not asked again"""
        command = OrderSelfChecks(finding=request.path["id"], by=request.claims, **request.body)
        return document(201, {"items": self.app.self_checks.order(request.work, command), "next": None})

    @http(
        "GET",
        "/findings/{id}/self-checks",
        roles=READERS,
        query=PageQuery,
        answers={200: Listing(schemas.SelfCheckAnswer)},
    )
    def list_self_checks_of_finding(self, request: Request) -> Answer:
        """The self-checks made of a finding, with their answers"""
        return self._page(self.app.self_checks.of_finding, request, finding=request.path["id"])

    @http(
        "GET",
        "/self-checks",
        roles=READERS,
        query=schemas.SelfChecksQuery,
        answers={200: Listing(schemas.SelfCheckAnswer)},
    )
    def list_self_checks(self, request: Request) -> Answer:
        """The self-checks of the caller's area, newest first; `overdue=true` for those that wait too long"""
        return self._page(self.app.self_checks.find, request)

    @http(
        "POST",
        "/self-checks/{id}/answer",
        roles={"unit"},
        body=schemas.AnswerSelfCheckRequest,
        answers={200: schemas.SelfCheckAnswer},
    )
    def answer_self_check(self, request: Request) -> Any:
        """The unit answers clean, or with what it found: that is posted with it"""
        told = {"by": request.claims, "require_version": request.require_version, **request.body}
        command = AnswerSelfCheck(self_check=request.path["id"], **told)
        return self.app.self_checks.answer(request.work, command)

    def _page(self, find: Callable[..., Any], request: Request, **named: str) -> Answer:
        page = self.app.database.transact(
            lambda tx: find(self.app.unit_of_work(tx), request.claims, **named, **request.query)
        )
        return listing(*page)
