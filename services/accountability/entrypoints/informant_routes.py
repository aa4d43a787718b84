"""Who gave the lead 检举人: entered, asked for, granted by another person, read; a mixin of the api."""

from typing import Any

from services.accountability.application.informants import (
    AskForInformant,
    DecideRequest,
    EnterInformant,
    of_request,
)
from services.accountability.entrypoints import informant_schemas as schemas
from services.accountability.entrypoints.case_schemas import CaseAnswer
from shared.http import Answer, Request, created, http, ok

COMMISSION = {"commission"}


class InformantRoutes:
    """Part of the service's api."""

    app: Any

    @http(
        "PUT",
        "/cases/{id}/informant",
        roles=COMMISSION,
        body=schemas.InformantRequestBody,
        answers={200: CaseAnswer},
    )
    def put_informant(self, request: Request) -> Answer:
        """Keep who gave the lead, sealed; the case says only that there is somebody"""
        command = EnterInformant(
            request.path["id"], request.body["identity"], request.claims, request.require_version
        )
        return ok(self.app.ask.changed_case(self.app.informants.enter(request.work, command)))

    @http(
        "POST",
        "/cases/{id}/informant/requests",
        roles=COMMISSION,
        body=schemas.AskRequest,
        answers={201: schemas.RequestAnswer},
    )
    def ask_for_informant(self, request: Request) -> Answer:
        """Ask to see who gave the lead, with a reason"""
        command = AskForInformant(request.path["id"], request.body["reason"], request.claims)
        asked = self.app.informants.ask(request.work, command)
        return created(of_request(asked), f"/informant-requests/{asked.id}")

    @http(
        "POST",
        "/informant-requests/{id}/decide",
        roles={"approver"},
        body=schemas.DecideRequestBody,
        answers={200: schemas.RequestAnswer},
    )
    def decide_informant_request(self, request: Request) -> Answer:
        """Grant or refuse somebody else's request"""
        body = request.body
        command = DecideRequest(
            request.path["id"], body["result"], body["note"], request.claims, request.require_version
        )
        return ok(of_request(self.app.informants.decide(request.work, command)))

    @http(
        "GET",
        "/cases/{id}/informant",
        roles=COMMISSION,
        audited="informant.read",
        answers={200: schemas.InformantAnswer},
    )
    def get_informant(self, request: Request) -> Answer:
        """Who gave the lead: for the one to whom it was granted, as long as it is"""
        return ok(self.app.informant_of(request.path["id"], request.claims))
