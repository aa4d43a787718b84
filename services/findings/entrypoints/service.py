"""The nameko classes: what the api answers, and what the worker listens to."""

from collections.abc import Callable
from typing import Any

import eventlet
from marshmallow import Schema

from services.findings.application import commands
from services.findings.entrypoints import answer_schemas, lines, schemas
from services.findings.entrypoints.batch import post_batch
from services.findings.entrypoints.sheet_routes import SheetRoutes
from shared.contracts import accountability
from shared.contracts.envelope import Event
from shared.http import (
    Answer,
    Application,
    KernelRoutes,
    Listing,
    PageQuery,
    Request,
    WorkerRoutes,
    created,
    http,
    listing,
    ok,
)
from shared.messaging.consumer import on_event
from shared.messaging.worker import DeadLetterDrainer, OutboxRelay

_Handler = Callable[..., Any]
READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}


def _move(name: str, roles: set[str], body: type[Schema] | None = None) -> Callable[[_Handler], _Handler]:
    """The route of a move on a finding: who may call it, and what it takes."""
    return http(
        "POST",
        f"/findings/{{id}}/{name}",
        roles=roles,
        body=body,
        answers={200: answer_schemas.FindingAnswer},
    )


def _told(request: Request) -> dict[str, Any]:
    """What every move is told: which finding, by whom, what they have seen of it; and its own fields."""
    return {
        "finding": request.path["id"],
        "by": request.claims,
        "require_version": request.require_version,
        **request.body,
    }


class FindingsApi(SheetRoutes, KernelRoutes):
    """Findings 问题: posting, reading, and every move from 认领 to 销号."""

    name = "findings"
    app = Application()

    @http(
        "POST",
        "/findings",
        roles={"supervisor"},
        body=schemas.PostFindingRequest,
        answers={201: answer_schemas.FindingAnswer, 200: answer_schemas.FindingAnswer},
    )
    def post_finding(self, request: Request) -> Answer:
        """Post a finding; a repeat of the team's source_ref with the same content answers 200 with the first"""
        command = commands.PostFinding.from_request(request.body, request.claims, self.app.areas.township_of)
        finding, new = self.app.do.post_finding(request.work, command)
        return created(finding, f"/findings/{finding['id']}") if new else ok(finding)

    @http(
        "POST",
        "/findings/batch",
        roles={"supervisor"},
        raw=True,
        query=schemas.BatchQuery,
        consumes=lines.CONTENT_TYPES,
        answers={200: answer_schemas.BatchAnswer},
    )
    def post_batch(self, request: Request) -> Answer:
        """Post up to 10,000 findings, as NDJSON, JSON array, CSV or .xlsx; good lines are kept, bad ones explained"""
        return ok(post_batch(self.app, request, breathe=lambda: eventlet.sleep(0)))

    @http(
        "GET",
        "/findings",
        roles=READERS,
        query=schemas.FindingsQuery,
        answers={200: Listing(answer_schemas.FindingItem)},
    )
    def list_findings(self, request: Request) -> Answer:
        """Findings the caller may read, newest first"""
        return listing(*self.app.ask.findings(request.query, request.claims))

    @http("GET", "/findings/{id}", roles=READERS, answers={200: answer_schemas.FindingAnswer})
    def get_finding(self, request: Request) -> Answer:
        """One finding, with the moves that are open to the caller"""
        return ok(self.app.ask.finding(request.path["id"], request.claims))

    @http(
        "GET",
        "/findings/{id}/history",
        roles=READERS,
        query=PageQuery,
        answers={200: Listing(answer_schemas.HistoryItem)},
    )
    def get_history(self, request: Request) -> Answer:
        """Who did what to it, when and why; newest first"""
        return listing(*self.app.ask.history(request.path["id"], request.claims, **request.query))

    @http(
        "GET",
        "/findings/numbers/gaps",
        roles=READERS,
        query=schemas.GapsQuery,
        answers={200: Listing(answer_schemas.UnusedNumber)},
    )
    def list_unused_numbers(self, request: Request) -> Answer:
        """Numbers of the county and year that were taken and not used, in order"""
        return listing(*self.app.ask.unused_numbers(by=request.claims, **request.query))

    @http("GET", "/counts", roles={"office", "admin", "auditor"}, answers={200: answer_schemas.CountsAnswer})
    def get_counts(self, request: Request) -> Answer:
        """The figures that the ledger is reconciled with"""
        return ok(self.app.ask.counts(request.claims))

    @_move("accept", {"unit"})
    def accept(self, request: Request) -> Any:
        """认领: the unit takes it on"""
        return self.app.do.accept(request.work, commands.Accept(**_told(request)))

    @_move("plan", {"unit"}, body=schemas.PlanRequest)
    def plan(self, request: Request) -> Any:
        """The unit tells how it means to mend it"""
        return self.app.do.plan(request.work, commands.Plan(**_told(request)))

    @_move("progress", {"unit"}, body=schemas.ProgressRequest)
    def progress(self, request: Request) -> Any:
        """So many of its problems are mended"""
        return self.app.do.progress(request.work, commands.Progress(**_told(request)))

    @_move("report", {"unit"}, body=schemas.ReportRequest)
    def report(self, request: Request) -> Any:
        """The unit reports it as mended; an issued one is accepted by that too"""
        return self.app.do.report(request.work, commands.Report(**_told(request)))

    @_move("verify", {"supervisor"}, body=schemas.VerifyRequest)
    def verify(self, request: Request) -> Any:
        """验收: the team closes it 销号 or sends it back"""
        return self.app.do.verify(request.work, commands.Verify(**_told(request)))

    @_move("dispute", {"unit"}, body=schemas.DisputeRequest)
    def dispute(self, request: Request) -> Any:
        """The unit denies it, within 30 days after posting"""
        return self.app.do.dispute(request.work, commands.Dispute(**_told(request)))

    @_move("decide", {"approver"}, body=schemas.DecideRequest)
    def decide(self, request: Request) -> Any:
        """Decide a dispute: 维持, back to where it came from, or 撤销"""
        return self.app.do.decide(request.work, commands.Decide(**_told(request)))

    @_move("block", {"unit"}, body=schemas.BlockRequest)
    def block(self, request: Request) -> Any:
        """暂时无法整改: the unit lacks something and says when to look again"""
        return self.app.do.block(request.work, commands.Block(**_told(request)))

    @_move("block/decide", {"approver", "office"}, body=schemas.DecideBlockRequest)
    def decide_block(self, request: Request) -> Any:
        """Grant a block, or send the unit back to work"""
        return self.app.do.decide_block(request.work, commands.DecideBlock(**_told(request)))

    @_move("resume", {"unit"}, body=schemas.ResumeRequest)
    def resume(self, request: Request) -> Any:
        """The unit goes on"""
        return self.app.do.resume(request.work, commands.Resume(**_told(request)))

    @_move("withdraw", {"supervisor"}, body=schemas.WithdrawRequest)
    def withdraw(self, request: Request) -> Any:
        """撤销: the team takes back what it posted in error"""
        return self.app.do.withdraw(request.work, commands.Withdraw(**_told(request)))

    @_move("amend", {"supervisor"}, body=schemas.AmendRequest)
    def amend(self, request: Request) -> Any:
        """The team words it better; the old words stay in the history"""
        return self.app.do.amend(request.work, commands.Amend(**_told(request)))


class FindingsWorker(WorkerRoutes):
    """Sends the outbox, drains the dead letters, and follows accountability."""

    name = "findings"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()

    @on_event(accountability.RESPONSIBILITY_ASSIGNED_V1)
    @on_event(accountability.RESPONSIBILITY_CORRECTED_V1)
    def on_responsibility(self, event: Event, work: Any) -> None:
        """Who answers for a finding."""
        self.app.do.assign(work, commands.AssignFinding.from_event(event.data))

    @on_event(accountability.CASE_OPENED_V1)
    @on_event(accountability.CASE_ADVANCED_V1)
    @on_event(accountability.CASE_CLOSED_V1)
    @on_event(accountability.CASE_DISMISSED_V1)
    def on_case(self, event: Event, work: Any) -> None:
        """Whether findings are in a case."""
        self.app.do.follow_case(work, commands.FollowCase.from_event(event.data))
