"""The nameko classes: what the api answers, and what the worker listens to."""

from typing import Any

import eventlet
from nameko.timer import timer

from services.findings.application import commands
from services.findings.entrypoints import answer_schemas, lines, posting, schemas
from services.findings.entrypoints.batch import post_batch
from services.findings.entrypoints.evidence_routes import EvidenceRoutes, EvidenceTimer
from services.findings.entrypoints.likeness_routes import LikenessRoutes
from services.findings.entrypoints.move_routes import MoveRoutes
from services.findings.entrypoints.oversight_routes import OversightRoutes
from services.findings.entrypoints.self_check_routes import SelfCheckRoutes
from services.findings.entrypoints.sheet_routes import SheetRoutes
from services.findings.entrypoints.visit_routes import VisitRoutes
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
from shared.messaging.worker import AuditTrail, DeadLetterDrainer, DueWork, KeptCounts, OutboxRelay

RECOMPUTE_SECONDS = 60
READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}


class FindingsApi(
    MoveRoutes,
    OversightRoutes,
    EvidenceRoutes,
    LikenessRoutes,
    SelfCheckRoutes,
    SheetRoutes,
    VisitRoutes,
    KernelRoutes,
):
    """Findings 问题: posting, reading, and every move from 认领 to 销号."""

    name = "findings"
    app = Application()

    @http(
        "POST",
        "/findings",
        roles={"supervisor"},
        body=schemas.PostFindingRequest,
        answers={201: answer_schemas.FindingAnswer, 200: answer_schemas.FindingAnswer},
        expect=posting.expect,
    )
    def post_finding(self, request: Request) -> Answer:
        """Post a finding; a repeat of the team's source_ref with the same content answers 200 with the first"""
        finding, new = self.app.do.post_finding(request.work, posting.command(self.app, request))
        return created(finding, f"/findings/{finding['id']}") if new else ok(finding)

    @http(
        "POST",
        "/findings/batch",
        roles={"supervisor", "office"},
        raw=True,
        query=schemas.BatchQuery,
        consumes=lines.CONTENT_TYPES,
        answers={200: answer_schemas.BatchAnswer},
    )
    def post_batch(self, request: Request) -> Answer:
        """Post up to 10,000 findings, as NDJSON, JSON array, CSV or .xlsx; the office old ledgers (`historical`)"""
        return ok(post_batch(self.app, request, breathe=lambda: eventlet.sleep(0)))

    @http(
        "GET",
        "/findings",
        roles=READERS,
        query=schemas.FindingsQuery,
        answers={200: Listing(answer_schemas.FindingAnswer)},
    )
    def list_findings(self, request: Request) -> Answer:
        """Findings the caller may read, newest first"""
        return listing(*self.app.ask.findings(request.query, request.claims))

    @http(
        "GET",
        "/findings/{id}",
        roles=READERS,
        audited="finding.read",
        answers={200: answer_schemas.FindingAnswer},
    )
    def get_finding(self, request: Request) -> Answer:
        """One finding, with the moves that are open to the caller"""
        return ok(self.app.ask.finding(request.path["id"], request.claims))

    @http(
        "GET",
        "/findings/{id}/history",
        roles=READERS,
        query=PageQuery,
        audited="finding.history.read",
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


class FindingsWorker(EvidenceTimer, WorkerRoutes):
    """Sends the outbox, drains the dead letters, tells what has become due, and follows accountability."""

    name = "findings"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()
    audit = AuditTrail()
    counts = KeptCounts()
    due = DueWork()

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

    @timer(interval=RECOMPUTE_SECONDS)
    def recompute_deadlines(self) -> None:
        """Once the calendar knows a year: the deadlines that were provisional."""
        self.app.recompute_deadlines()
