"""The nameko classes: what the api answers, what the worker listens to, and when it sends."""

from typing import Any

from nameko.timer import timer

from services.notifications.application import commands
from services.notifications.entrypoints import schemas
from services.notifications.entrypoints.channel_routes import ChannelRoutes
from services.notifications.entrypoints.imports import import_contacts
from services.notifications.entrypoints.receipt_routes import ReceiptRoutes
from services.notifications.entrypoints.signing_routes import SigningRoutes
from services.notifications.entrypoints.template_routes import TemplateRoutes
from services.notifications.entrypoints.verify_routes import VerifyRoutes
from services.notifications.entrypoints.wecom_routes import WecomRoutes
from shared.contracts import accountability, findings, reporting
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
from shared.messaging.consumer import on_event
from shared.messaging.outlets import Outlets
from shared.messaging.worker import AuditTrail, DeadLetterDrainer, DueWork, KeptCounts, OutboxRelay

NOTICE_READERS = {"supervisor", "unit", "cadre", "commission", "approver", "office", "auditor"}
RECIPIENTS = {"supervisor", "unit", "cadre", "office"}
TIDY_EVERY = 30


class NotificationsApi(
    VerifyRoutes, ReceiptRoutes, WecomRoutes, SigningRoutes, ChannelRoutes, TemplateRoutes, KernelRoutes
):
    """Notices 通知 and their receipts 签收, contacts, and who is told what."""

    name = "notifications"
    app = Application()

    @http(
        "GET",
        "/notices",
        roles=NOTICE_READERS,
        query=schemas.NoticesQuery,
        answers={200: Listing(schemas.NoticeAnswer)},
    )
    def list_notices(self, request: Request) -> Answer:
        """Notices the caller may read, newest first; `unsigned=true`: those that wait for a signature"""
        return listing(*self.app.ask.notices(request.claims, **request.query))

    @http(
        "GET",
        "/notices/{id}",
        roles=NOTICE_READERS,
        audited="notice.read",
        answers={200: schemas.NoticeAnswer},
    )
    def get_notice(self, request: Request) -> Answer:
        """One notice, with what became of it on every channel"""
        return ok(self.app.ask.notice(request.path["id"], request.claims))

    @http("POST", "/notices/{id}/read", roles=RECIPIENTS, answers={200: schemas.NoticeAnswer})
    def read_notice(self, request: Request) -> Any:
        """Its recipient has opened it"""
        command = commands.AnswerNotice(request.path["id"], request.claims, request.require_version)
        return self.app.do.read_notice(request.work, command)

    @http("POST", "/notices/{id}/sign", roles=RECIPIENTS, answers={200: schemas.NoticeAnswer})
    def sign_notice(self, request: Request) -> Any:
        """签收: its recipient confirms that he has it, which is no consent"""
        command = commands.AnswerNotice(request.path["id"], request.claims, request.require_version)
        return self.app.do.sign_notice(request.work, command)

    @http(
        "PUT",
        "/contacts/{cadre}",
        roles={"office"},
        body=schemas.PutContactRequest,
        answers={200: schemas.ContactAnswer, 201: schemas.ContactAnswer},
    )
    def put_contact(self, request: Request) -> Answer:
        """Enter by which channels a recipient can be reached, whole"""
        command = commands.SetContact.from_request(
            request.path["cadre"], request.body, request.claims, request.require_version
        )
        contact, new = self.app.do.set_contact(request.work, command)
        return created(contact, f"/contacts/{command.cadre}") if new else ok(contact)

    @http(
        "POST",
        "/contacts/import",
        roles={"office"},
        raw=True,
        consumes=("text/csv",),
        answers={200: schemas.ImportAnswer},
    )
    def import_contacts(self, request: Request) -> Answer:
        """Enter addresses from a CSV (cadre, kind, address); they count as verified by the office"""
        return ok(import_contacts(self.app, request))

    @http(
        "GET",
        "/contacts",
        roles={"office", "auditor"},
        query=schemas.ContactsQuery,
        answers={200: Listing(schemas.ContactAnswer)},
    )
    def list_contacts(self, request: Request) -> Answer:
        """Contacts of the caller's area, newest first; `unreachable=true`: those with the inbox alone"""
        return listing(*self.app.ask.contacts(request.claims, **request.query))

    @http("GET", "/contacts/{cadre}", roles={"office", "auditor"}, answers={200: schemas.ContactAnswer})
    def get_contact(self, request: Request) -> Answer:
        """One contact"""
        return ok(self.app.ask.contact(request.path["cadre"], request.claims))

    @http(
        "GET",
        "/policies",
        roles=EVERY_ROLE,
        query=PageQuery,
        answers={200: Listing(schemas.PolicyAnswer)},
    )
    def list_policies(self, request: Request) -> Answer:
        """Who is told what, in the order of the county's table"""
        return listing(*self.app.ask.policies(**request.query))

    @http("GET", "/counts", roles={"office", "admin", "auditor"}, answers={200: schemas.CountsAnswer})
    def get_counts(self, request: Request) -> Answer:
        """The figures that the ledger is reconciled with"""
        return ok(self.app.ask.counts(request.claims))


class NotificationsWorker(WorkerRoutes):
    """Tells people of what happened, and sends what leaves the house."""

    name = "notifications"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()
    due = DueWork()
    outlets = Outlets()
    audit = AuditTrail()
    counts = KeptCounts()

    @on_event(accountability.CADRE_REGISTERED_V1)
    def on_cadre(self, event: Event, work: Any) -> None:
        """He has a name and an inbox."""
        self.app.do.register_cadre(work, commands.RegisterCadre.from_event(event.data))

    @on_event(accountability.CASE_OPENED_V1)
    @on_event(accountability.CASE_ADVANCED_V1)
    @on_event(accountability.CASE_CLOSED_V1)
    @on_event(accountability.CASE_DISMISSED_V1)
    def on_case(self, event: Event, work: Any) -> None:
        """Who may know of it: nobody is told, but what was told before may be closed to others."""
        self.app.do.follow_case(work, commands.FollowCase.from_event(event))

    @on_event(accountability.RESPONSIBILITY_ASSIGNED_V1)
    @on_event(accountability.RESPONSIBILITY_CORRECTED_V1)
    @on_event(accountability.RESPONSIBILITY_UNRESOLVED_V1)
    @on_event(accountability.WARNING_ISSUED_V1)
    @on_event(accountability.WARNING_REVOKED_V1)
    @on_event(accountability.MEASURE_SERVED_V1)
    @on_event(accountability.MEASURE_REVOKED_V1)
    @on_event(accountability.TALK_SCHEDULED_V1)
    @on_event(accountability.APPEAL_DECIDED_V1)
    @on_event(accountability.CLOCK_DUE_V1, source=accountability.PRODUCER)
    @on_event(reporting.BULLETIN_DRAFTED_V1)
    @on_event(reporting.BULLETIN_PUBLISHED_V1)
    @on_event(reporting.BULLETIN_CORRECTED_V1)
    @on_event(findings.FINDING_REPORTED_V1)
    @on_event(findings.FINDING_RETURNED_V1)
    @on_event(findings.FINDING_CLOSED_V1)
    @on_event(findings.FINDING_BLOCKED_V1)
    @on_event(findings.FINDING_RESUMED_V1)
    @on_event(findings.FINDING_EXTENDED_V1)
    @on_event(findings.FINDING_DISPUTE_DECIDED_V1)
    @on_event(findings.FINDING_WITHDRAWN_V1)
    @on_event(findings.FINDING_OVERDUE_V1)
    @on_event(findings.CLOCK_DUE_V1, source=findings.PRODUCER)
    def on_matter(self, event: Event, work: Any) -> None:
        """Something that people must be told."""
        self.app.do.tell(work, event)

    @timer(interval=TIDY_EVERY)
    def tidy(self) -> None:
        """What a process that is gone has begun gets an end."""
        self.app.tidy()
