"""The nameko classes: what the api answers, and what the worker listens to."""

from typing import Any

from services.reporting.entrypoints import schemas
from services.reporting.entrypoints.bulletin_routes import BulletinRoutes
from services.reporting.entrypoints.chain_routes import ChainRoutes
from services.reporting.entrypoints.ledger_file_routes import LedgerFileRoutes
from services.reporting.entrypoints.web_routes import LEDGER_READERS, WebRoutes
from shared.contracts.envelope import Event
from shared.http import (
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
from shared.messaging.consumer import on_any_event
from shared.messaging.worker import AuditTrail, DeadLetterDrainer, DueWork, OutboxRelay


class ReportingApi(BulletinRoutes, ChainRoutes, LedgerFileRoutes, WebRoutes, KernelRoutes):
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
        return ok(self.app.statistics.findings(request.query, request.claims))

    @http(
        "GET",
        "/statistics/measures",
        roles=LEDGER_READERS,
        query=schemas.MeasureStatisticsQuery,
        answers={200: schemas.MeasureStatisticsAnswer},
    )
    def get_measure_statistics(self, request: Request) -> Answer:
        """Measures by kind, form (四种形态) or month of the decision"""
        return ok(self.app.statistics.measures(request.query, request.claims))

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


class ReportingWorker(WorkerRoutes):
    """Keeps every event of every service, and makes the facts of them."""

    name = "reporting"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()
    due = DueWork()
    audit = AuditTrail()

    @on_any_event("findings")
    @on_any_event("accountability")
    @on_any_event("notifications")
    @on_any_event("reporting")
    def on_event(self, event: Event, work: Any) -> None:
        """Whatever happened: into the archive and the facts."""
        self.app.do.take(work, event)
