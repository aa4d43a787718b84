"""The nameko classes: what the api answers, and what the worker listens to."""

from typing import Any

from nameko.timer import timer

from services.accountability.application import answers, commands
from services.accountability.entrypoints import schemas
from services.accountability.entrypoints.appeal_routes import AppealRoutes
from services.accountability.entrypoints.case_routes import CaseRoutes
from services.accountability.entrypoints.case_schemas import CaseAnswer
from services.accountability.entrypoints.correction_routes import CorrectionRoutes
from services.accountability.entrypoints.document_routes import DocumentRoutes
from services.accountability.entrypoints.imports import import_cadres
from services.accountability.entrypoints.informant_routes import InformantRoutes
from services.accountability.entrypoints.law_routes import LawRoutes
from services.accountability.entrypoints.measure_routes import MeasureRoutes
from services.accountability.entrypoints.record_routes import RecordRoutes
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
    PageQuery,
    Request,
    WorkerRoutes,
    created,
    http,
    listing,
    ok,
)
from shared.messaging.consumer import on_any_event, on_event
from shared.messaging.worker import AuditTrail, DeadLetterDrainer, DueWork, OutboxRelay

OFFICE = {"office"}
REGISTER_READERS = {"office", "commission", "approver", "auditor"}
CASE_READERS = {"commission", "approver", "auditor"}
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
    TalkRoutes,
    WarningRoutes,
    KernelRoutes,
):
    """Who answers for a finding, who was warned, which cases 问责事项 exist."""

    name = "accountability"
    app = Application()

    @http(
        "PUT",
        "/cadres/{id}",
        roles=OFFICE,
        body=schemas.PutCadreRequest,
        answers={200: schemas.CadreAnswer, 201: schemas.CadreAnswer},
    )
    def put_cadre(self, request: Request) -> Answer:
        """Enter a cadre under the county's own id"""
        command = commands.PutCadre.from_body(
            request.path["id"], request.body, request.claims, request.require_version
        )
        cadre, new = self.app.do.put_cadre(request.work, command)
        answer = answers.of_cadre(cadre)
        return created(answer, f"/cadres/{cadre.id}") if new else ok(answer)

    @http(
        "GET",
        "/cadres",
        roles=REGISTER_READERS,
        query=schemas.AreaFilter,
        answers={200: Listing(schemas.CadreAnswer)},
    )
    def list_cadres(self, request: Request) -> Answer:
        """The register of cadres, newest first"""
        return listing(*self.app.ask.cadres(by=request.claims, **paged(request.query)))

    @http(
        "GET",
        "/cadres/{id}",
        roles=REGISTER_READERS,
        audited="cadre.read",
        answers={200: schemas.CadreAnswer},
    )
    def get_cadre(self, request: Request) -> Answer:
        """One cadre"""
        return ok(self.app.ask.cadre(request.path["id"], request.claims))

    @http(
        "POST",
        "/cadres/import",
        roles=OFFICE,
        raw=True,
        consumes=("text/csv",),
        answers={200: schemas.ImportAnswer},
    )
    def import_cadres(self, request: Request) -> Answer:
        """Enter a CSV of cadres and their duties; good rows are kept, bad ones explained by line and column"""
        return ok(import_cadres(self.app, request))

    @http(
        "PUT",
        "/duties/{id}",
        roles=OFFICE,
        body=schemas.PutDutyRequest,
        answers={200: schemas.DutyAnswer, 201: schemas.DutyAnswer},
    )
    def put_duty(self, request: Request) -> Answer:
        """Enter a duty under the county's own id; both of its days belong to it"""
        command = commands.PutDuty.from_body(
            request.path["id"], request.body, request.claims, request.require_version
        )
        duty, new = self.app.do.put_duty(request.work, command)
        answer = answers.of_duty(duty)
        return created(answer, f"/duties/{duty.id}") if new else ok(answer)

    @http(
        "GET",
        "/duties",
        roles=REGISTER_READERS,
        query=schemas.DutyFilter,
        answers={200: Listing(schemas.DutyAnswer)},
    )
    def list_duties(self, request: Request) -> Answer:
        """The register of duties, newest first"""
        return listing(*self.app.ask.duties(by=request.claims, **paged(request.query)))

    @http(
        "GET",
        "/duties/chain",
        roles=REGISTER_READERS,
        query=schemas.ChainQuery,
        answers={200: Listing(schemas.LinkAnswer)},
    )
    def get_chain(self, request: Request) -> Answer:
        """Who answers for a place on a day: direct persons, then leaders, each nearest area first, then by id"""
        return listing(self.app.ask.chain(by=request.claims, **request.query), None)

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
        "/warnings",
        roles=REGISTER_READERS | {"cadre"},
        query=schemas.WarningFilter,
        answers={200: Listing(schemas.WarningAnswer)},
    )
    def list_warnings(self, request: Request) -> Answer:
        """Warnings 预警提醒, newest first; a cadre sees his own"""
        return listing(*self.app.ask.warnings(by=request.claims, **paged(request.query)))

    @http(
        "POST",
        "/cases",
        roles={"commission"},
        body=schemas.OpenCaseRequest,
        answers={201: CaseAnswer},
    )
    def open_case(self, request: Request) -> Answer:
        """Open a case on findings of the commission's own choice"""
        command = commands.OpenCase(tuple(request.body["findings"]), request.body["reason"], request.claims)
        case = self.app.do.open_case(request.work, command)
        return created(self.app.ask.changed_case(case), f"/cases/{case.id}")

    @http(
        "GET",
        "/cases",
        roles=CASE_READERS,
        query=schemas.CaseFilter,
        answers={200: Listing(CaseAnswer)},
    )
    def list_cases(self, request: Request) -> Answer:
        """Cases 问责事项 the caller may know of, newest first"""
        return listing(*self.app.ask.cases(by=request.claims, **paged(request.query)))

    @http("GET", "/cases/{id}", roles=CASE_READERS, audited="case.read", answers={200: CaseAnswer})
    def get_case(self, request: Request) -> Answer:
        """One case: its findings, the persons of its chain, and why it was opened"""
        return ok(self.app.ask.case(request.path["id"], request.claims))

    @http(
        "GET",
        "/cases/{id}/history",
        roles=CASE_READERS,
        query=PageQuery,
        audited="case.history.read",
        answers={200: Listing(schemas.HistoryAnswer)},
    )
    def get_case_history(self, request: Request) -> Answer:
        """What happened to it, newest first"""
        page = paged(request.query)
        return listing(*self.app.ask.case_history(request.path["id"], by=request.claims, **page))

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
