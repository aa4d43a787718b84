"""The nameko classes: what the api answers, and what the worker listens to."""

from typing import Any

from nameko.timer import timer

from services.accountability.application import commands
from services.accountability.entrypoints import schemas
from services.accountability.entrypoints.appeal_routes import AppealRoutes
from services.accountability.entrypoints.case_routes import CaseRoutes
from services.accountability.entrypoints.correction_routes import CorrectionRoutes
from services.accountability.entrypoints.document_routes import DocumentRoutes
from services.accountability.entrypoints.informant_routes import InformantRoutes
from services.accountability.entrypoints.law_routes import LawRoutes
from services.accountability.entrypoints.measure_routes import MeasureRoutes
from services.accountability.entrypoints.record_routes import RecordRoutes
from services.accountability.entrypoints.register_routes import RegisterRoutes
from services.accountability.entrypoints.schemas import paged
from services.accountability.entrypoints.talk_routes import TalkRoutes
from services.accountability.entrypoints.warning_routes import WarningRoutes
from shared.contracts import notifications
from shared.contracts.envelope import Event
from shared.http import (
    EVERY_ROLE,
    Answer,
    Application,
    KernelRoutes,
    Listing,
    Request,
    WorkerRoutes,
    http,
    listing,
    ok,
)
from shared.messaging.consumer import on_any_event, on_event
from shared.messaging.worker import AuditTrail, DeadLetterDrainer, DueWork, KeptCounts, OutboxRelay

REGISTER_READERS = {"office", "commission", "approver", "auditor"}
RETRY_SECONDS = 1


class AccountabilityApi(
    AppealRoutes,
    CaseRoutes,
    CorrectionRoutes,
    DocumentRoutes,
    InformantRoutes,
    LawRoutes,
    MeasureRoutes,
    RecordRoutes,
    RegisterRoutes,
    TalkRoutes,
    WarningRoutes,
    KernelRoutes,
):
    """Who answers for a finding, who was warned, which cases 问责事项 exist."""

    name = "accountability"
    app = Application()

    @http(
        "GET",
        "/assignments",
        roles=REGISTER_READERS,
        query=schemas.AreaFilter,
        answers={200: Listing(schemas.AssignmentAnswer)},
    )
    def list_assignments(self, request: Request) -> Answer:
        """Who answers for which finding, newest first"""
        return listing(*self.app.ask.assignments(by=request.claims, **paged(request.query)))

    @http(
        "GET",
        "/assignments/{id}",
        roles=REGISTER_READERS,
        audited="assignment.read",
        answers={200: schemas.AssignmentAnswer},
    )
    def get_assignment(self, request: Request) -> Answer:
        """Who answers for a finding, by the finding's id"""
        return ok(self.app.ask.assignment(request.path["id"], request.claims))

    @http(
        "GET",
        "/unassigned",
        roles=REGISTER_READERS,
        query=schemas.AreaFilter,
        answers={200: Listing(schemas.UnassignedAnswer)},
    )
    def list_unassigned(self, request: Request) -> Answer:
        """Findings without a direct person, or that name cadres nobody knows; newest first"""
        return listing(*self.app.ask.unassigned(by=request.claims, **paged(request.query)))

    @http(
        "GET",
        "/rules",
        roles=EVERY_ROLE,
        query=schemas.RuleFilter,
        answers={200: Listing(schemas.RuleAnswer)},
    )
    def list_rules(self, request: Request) -> Answer:
        """The county's rules, in the order of their file"""
        return listing(*self.app.ask.rules(**paged(request.query)))

    @http("GET", "/counts", roles={"office", "admin", "auditor"}, answers={200: schemas.CountsAnswer})
    def get_counts(self, request: Request) -> Answer:
        """The figures that the ledger is reconciled with"""
        return ok(self.app.ask.counts(request.claims))


class AccountabilityWorker(WorkerRoutes):
    """Assigns findings, draws what the rules say, and tells of it."""

    name = "accountability"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()
    due = DueWork()
    audit = AuditTrail()
    counts = KeptCounts()

    @on_any_event("findings")
    def on_finding(self, event: Event, work: Any) -> None:
        """Whatever happened to a finding: the event carries its whole state."""
        self.app.do.take_finding(work, commands.TakeFinding.from_data(event.data))

    @on_event(notifications.NOTICE_SIGNED_V1)
    @on_event(notifications.NOTICE_REFUSED_V1)
    def on_receipt(self, event: Event, work: Any) -> None:
        """A notice was signed or refused: where it was of a warning, periods run from then."""
        command = commands.NoteReceipt.from_data(event.data)
        if command is not None:
            self.app.do.note_receipt(work, command)

    @timer(interval=RETRY_SECONDS)
    def retry_unassigned(self) -> None:
        """After a change of the registers: resolve what could not be resolved before."""
        self.app.try_unassigned()
