"""The routes of visits and campaigns: a mixin of the api."""

from typing import Any

from services.findings.application.campaigns import OpenCampaign
from services.findings.application.visits import Outcome, RecordVisit, RegisterVisit
from services.findings.entrypoints import visit_schemas as schemas
from shared.http import Answer, Listing, PageQuery, Request, created, http, listing, ok

READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}


class VisitRoutes:
    """Where teams go, and the campaigns they go for."""

    app: Any

    @http(
        "POST",
        "/visits",
        roles={"supervisor"},
        body=schemas.RegisterVisitRequest,
        answers={201: schemas.VisitAnswer},
    )
    def register_visit(self, request: Request) -> Answer:
        """Register a visit, planned or made, also a clean one; another team at the same place is a warning"""
        command = RegisterVisit.from_request(request.body, request.claims)
        visit = self.app.visits.register(request.work, command)
        return created(visit, f"/visits/{visit['id']}")

    @http(
        "GET",
        "/visits",
        roles=READERS,
        query=schemas.VisitsQuery,
        answers={200: Listing(schemas.VisitItem)},
    )
    def list_visits(self, request: Request) -> Answer:
        """The visits of the caller's area, newest first"""
        return listing(*self._read(lambda work: self.app.visits.find(work, request.claims, **request.query)))

    @http(
        "GET",
        "/visits/counts",
        roles=READERS,
        query=schemas.VisitCountsQuery,
        answers={200: Listing(schemas.VisitCountItem)},
    )
    def count_visits(self, request: Request) -> Answer:
        """How often each village was visited, by code; those nobody visited are shown too"""
        return listing(*self.app.visits.count(request.claims, **request.query))

    @http("GET", "/visits/{id}", roles=READERS, answers={200: schemas.VisitItem})
    def get_visit(self, request: Request) -> Answer:
        """One visit"""
        return ok(self._read(lambda work: self.app.visits.get(work, request.path["id"], request.claims)))

    @http(
        "POST",
        "/visits/{id}/result",
        roles={"supervisor"},
        body=schemas.VisitResultRequest,
        answers={200: schemas.VisitAnswer},
    )
    def record_visit(self, request: Request) -> Any:
        """What came of a planned visit"""
        command = RecordVisit(
            visit=request.path["id"],
            outcome=Outcome(**request.body),
            by=request.claims,
            require_version=request.require_version,
        )
        return self.app.visits.record(request.work, command)

    @http(
        "POST",
        "/campaigns",
        roles={"office"},
        body=schemas.OpenCampaignRequest,
        answers={201: schemas.CampaignAnswer},
    )
    def open_campaign(self, request: Request) -> Answer:
        """专项: open a campaign, whose code findings and visits then name"""
        campaign = self.app.campaigns.open(request.work, OpenCampaign(by=request.claims, **request.body))
        return created(campaign, "/campaigns")

    @http(
        "GET",
        "/campaigns",
        roles=READERS,
        query=PageQuery,
        answers={200: Listing(schemas.CampaignAnswer)},
    )
    def list_campaigns(self, request: Request) -> Answer:
        """The campaigns, newest first"""
        return listing(*self._read(lambda work: self.app.campaigns.find(work, **request.query)))

    def _read(self, ask: Any) -> Any:
        return self.app.database.transact(lambda tx: ask(self.app.unit_of_work(tx)))
