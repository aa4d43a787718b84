"""The nameko classes: what the api answers, and what the worker listens to."""

from typing import Any

from services.reporting.application.bulletins import DraftBulletin
from services.reporting.entrypoints import schemas
from shared.contracts.envelope import Event
from shared.http import (
    EVERY_ROLE,
    Answer,
    Application,
    KernelRoutes,
    Listing,
    Media,
    Request,
    WorkerRoutes,
    created,
    http,
    listing,
    ok,
    text,
)
from shared.messaging.consumer import on_any_event
from shared.messaging.worker import DeadLetterDrainer, OutboxRelay

LEDGER_READERS = EVERY_ROLE - {"cadre"}
CHAIN_READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}
DRAFT_READERS = {"office", "approver", "auditor"}
MARKDOWN = "text/markdown; charset=utf-8"
HTML = "text/html; charset=utf-8"


class ReportingApi(KernelRoutes):
    """The ledger 台账, statistics, bulletins 通报, the chain of a finding, and whether all services agree."""

    name = "reporting"
    app = Application()

    @http(
        "GET",
        "/ledger",
        roles=LEDGER_READERS,
        query=schemas.LedgerQuery,
        answers={200: Listing(schemas.LedgerRow)},
    )
    def list_ledger(self, request: Request) -> Answer:
        """The ledger, newest first; of a past day with `as_of`"""
        return listing(*self.app.ask.ledger(request.query, request.claims))

    @http(
        "GET",
        "/statistics",
        roles=LEDGER_READERS,
        query=schemas.StatisticsQuery,
        answers={200: schemas.StatisticsAnswer},
    )
    def get_statistics(self, request: Request) -> Answer:
        """Figures by a key, and of all together"""
        asked = dict(request.query)
        return ok(self.app.ask.statistics(asked.pop("by"), asked, request.claims))

    @http("GET", "/chain/{finding}", roles=CHAIN_READERS, answers={200: schemas.ChainAnswer})
    def get_chain(self, request: Request) -> Answer:
        """The whole line of one finding, hop by hop; case parts only to those who may know of cases"""
        return ok(self.app.ask.chain(request.path["finding"], request.claims))

    @http(
        "GET",
        "/reconciliation",
        roles={"office", "admin", "auditor"},
        answers={200: schemas.ReconciliationAnswer},
    )
    def get_reconciliation(self, request: Request) -> Answer:
        """Whether ledger, findings, accountability and notifications tell the same"""
        return ok(self.app.ask.reconciliation(request.claims))

    @http("GET", "/counts", roles={"office", "admin", "auditor"}, answers={200: schemas.CountsAnswer})
    def get_counts(self, request: Request) -> Answer:
        """The ledger's own figures"""
        return ok(self.app.ask.counts(request.claims))

    @http(
        "POST",
        "/bulletins",
        roles={"office"},
        body=schemas.DraftBulletinRequest,
        answers={201: schemas.BulletinAnswer},
    )
    def draft_bulletin(self, request: Request) -> Answer:
        """Draft a bulletin of what was found in an area from one day to another"""
        command = DraftBulletin(**request.body, by=request.claims)
        bulletin = self.app.bulletins.draft(request.work, command)
        return created(bulletin, f"/bulletins/{bulletin['id']}")

    @http(
        "GET",
        "/bulletins",
        roles=DRAFT_READERS,
        query=schemas.BulletinsQuery,
        answers={200: Listing(schemas.BulletinAnswer)},
    )
    def list_bulletins(self, request: Request) -> Answer:
        """Bulletins of the caller's area, newest first"""
        return listing(*self.app.bulletins.find(request.claims, **request.query))

    @http("GET", "/bulletins/{id}", roles=DRAFT_READERS, answers={200: schemas.BulletinAnswer})
    def get_bulletin(self, request: Request) -> Answer:
        """One bulletin, with its figures"""
        return ok(self.app.bulletins.get(request.path["id"], request.claims))

    @http("GET", "/bulletins/{id}.md", roles=DRAFT_READERS, answers={200: Media(MARKDOWN)})
    def get_bulletin_markdown(self, request: Request) -> Answer:
        """The bulletin as Markdown"""
        return text(self.app.bulletins.render(request.path["id"], "md", request.claims), MARKDOWN)

    @http("GET", "/bulletins/{id}.html", roles=DRAFT_READERS, answers={200: Media(HTML)})
    def get_bulletin_html(self, request: Request) -> Answer:
        """The bulletin as a page"""
        return text(self.app.bulletins.render(request.path["id"], "html", request.claims), HTML)

    @http(
        "GET",
        "/bulletins/{id}/trace",
        roles=DRAFT_READERS,
        query=schemas.TraceQuery,
        answers={200: schemas.TraceAnswer},
    )
    def trace_figure(self, request: Request) -> Answer:
        """The findings behind a figure of the bulletin"""
        return ok(self.app.bulletins.trace(request.path["id"], request.query["figure"], request.claims))


class ReportingWorker(WorkerRoutes):
    """Keeps every event of every service, and makes the facts of them."""

    name = "reporting"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()

    @on_any_event("findings")
    @on_any_event("accountability")
    @on_any_event("notifications")
    @on_any_event("reporting")
    def on_event(self, event: Event, work: Any) -> None:
        """Whatever happened: into the archive and the facts."""
        self.app.do.take(work, event)
