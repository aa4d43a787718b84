"""The routes of the law: kinds of measures, legality, who is under effect, statutory clocks; a mixin of the api."""

from typing import Any

from services.accountability.application.execution_commands import ReportClock
from services.accountability.entrypoints import law_schemas as schemas
from services.accountability.entrypoints.schemas import paged
from services.accountability.entrypoints.told import told
from shared.http import EVERY_ROLE, Answer, Listing, PageQuery, Request, http, listing, ok


class LawRoutes:
    """What may be decided, how long it has effect, what is due by law."""

    app: Any

    @http(
        "GET",
        "/measures/kinds",
        roles=EVERY_ROLE,
        query=PageQuery,
        answers={200: Listing(schemas.KindAnswer)},
    )
    def list_kinds(self, request: Request) -> Answer:
        """Kinds of measures 处理措施 with their law, in the order of the county's file"""
        return listing(*self.app.law.kinds(**paged(request.query)))

    @http(
        "POST",
        "/measures/check",
        roles={"commission"},
        body=schemas.CheckRequest,
        answers={200: schemas.VerdictAnswer},
    )
    def check_measure(self, request: Request) -> Answer:
        """What the law says of a measure; nothing is decided or kept"""
        return ok(self.app.law.check(request.body, request.claims))

    @http(
        "GET",
        "/cadres/{id}/effect",
        roles={"office", "commission", "approver", "auditor"},
        query=schemas.EffectQuery,
        audited="effect.read",
        answers={200: schemas.UnderEffectAnswer},
    )
    def get_effect(self, request: Request) -> Answer:
        """影响期: whether a person is under effect on a day (today), and from which day on no more"""
        return ok(self.app.law.effect(request.path["id"], request.query["on"], request.claims))

    @http(
        "GET",
        "/clocks",
        roles={"commission", "approver", "auditor"},
        query=schemas.ClockFilter,
        answers={200: Listing(schemas.ClockAnswer)},
    )
    def list_clocks(self, request: Request) -> Answer:
        """Statutory clocks 法定时限, running and stopped, newest first"""
        return listing(*self.app.law.clocks(by=request.claims, **paged(request.query)))

    @http(
        "POST",
        "/clocks/{id}/done",
        roles={"commission"},
        body=schemas.ReportClockRequest,
        answers={200: schemas.ClockAnswer},
    )
    def report_clock(self, request: Request) -> Answer:
        """Report what a clock waits for and no event tells: changed pay, the report on the execution"""
        command = ReportClock(**told(request), **request.body)
        clock = self.app.clocks.report(request.work, command, self.app.clock())
        return ok(self.app.law.shown_clock(clock))
