"""The routes of appeals 申诉; a mixin of the api."""

from typing import Any

from services.accountability.application import execution_commands as commands
from services.accountability.entrypoints import execution_schemas as schemas
from services.accountability.entrypoints.schemas import paged
from shared.http import Answer, Listing, PageQuery, Request, created, http, listing, ok

READERS = {"commission", "approver", "auditor", "cadre"}


class AppealRoutes:
    """What a person says against a measure, and what becomes of it."""

    app: Any

    @http(
        "POST",
        "/measures/{id}/appeals",
        roles={"cadre", "commission"},
        body=schemas.AppealRequest,
        answers={201: schemas.AppealAnswer},
    )
    def lodge_appeal(self, request: Request) -> Answer:
        """Appeal against one's measure within its period; the commission records what came on paper"""
        paper = commands.paper_of(request.body["paper"])
        command = commands.LodgeAppeal(
            id=request.path["id"],
            by=request.claims,
            seen=request.require_version,
            grounds=request.body["grounds"],
            paper=paper,
        )
        appeal = self.app.appeals.lodge(request.work, command)
        return created(self.app.ask_execution.shown_appeal(appeal), f"/appeals/{appeal.id}")

    @http(
        "GET",
        "/measures/{id}/appeals",
        roles=READERS,
        query=PageQuery,
        answers={200: Listing(schemas.AppealAnswer)},
    )
    def list_appeals_of_measure(self, request: Request) -> Answer:
        """Appeals against one measure"""
        page = paged(request.query)
        return listing(*self.app.ask_execution.appeals_of(request.path["id"], by=request.claims, **page))

    @http(
        "GET",
        "/appeals",
        roles=READERS,
        query=schemas.AppealFilter,
        answers={200: Listing(schemas.AppealAnswer)},
    )
    def list_appeals(self, request: Request) -> Answer:
        """Appeals, newest first; a cadre sees his own"""
        return listing(*self.app.ask_execution.appeals(by=request.claims, **paged(request.query)))

    @http("GET", "/appeals/{id}", roles=READERS, audited="appeal.read", answers={200: schemas.AppealAnswer})
    def get_appeal(self, request: Request) -> Answer:
        """One appeal"""
        return ok(self.app.ask_execution.appeal(request.path["id"], request.claims))

    @http(
        "POST",
        "/appeals/{id}/decide",
        roles={"approver"},
        body=schemas.DecideAppealRequest,
        answers={200: schemas.AppealAnswer},
    )
    def decide_appeal(self, request: Request) -> Answer:
        """Decide an appeal, by somebody else than who approved; never heavier, nothing is suspended by it. A varied
        measure waits for the lighter one in its place, unless it is named here"""
        command = commands.DecideAppeal.from_body(
            request.path["id"], request.body, request.claims, request.require_version
        )
        return ok(self.app.ask_execution.shown_appeal(self.app.appeals.decide(request.work, command)))

    @http(
        "POST",
        "/appeals/{id}/replace",
        roles={"approver"},
        body=schemas.LighterMeasureRequest,
        answers={200: schemas.AppealAnswer},
    )
    def replace_varied(self, request: Request) -> Answer:
        """Name the lighter measure in the place of a varied one, by somebody else than who approved the first"""
        lighter = commands.LighterMeasure(**request.body)
        command = commands.ReplaceVaried(
            appeal=request.path["id"], measure=lighter, by=request.claims, seen=request.require_version
        )
        return ok(self.app.ask_execution.shown_appeal(self.app.appeals.replace(request.work, command)))
