"""Warnings 预警提醒: read, objected to by the warned, decided by somebody else."""

from services.accountability.application import answers
from services.accountability.application.objections import DecideObjection, ObjectToWarning
from services.accountability.entrypoints import warning_schemas as schemas
from services.accountability.entrypoints.schemas import paged
from shared.http import Answer, Application, Listing, Request, http, listing, ok

WARNING_READERS = {"office", "commission", "approver", "auditor", "cadre"}


class WarningRoutes:
    """Part of the service's api."""

    app = Application()

    @http(
        "GET",
        "/warnings",
        roles=WARNING_READERS,
        query=schemas.WarningFilter,
        answers={200: Listing(schemas.WarningAnswer)},
    )
    def list_warnings(self, request: Request) -> Answer:
        """Warnings 预警提醒, newest first; a cadre sees his own"""
        return listing(*self.app.ask.warnings(by=request.claims, **paged(request.query)))

    @http(
        "GET",
        "/warnings/{id}",
        roles=WARNING_READERS,
        audited="warning.read",
        answers={200: schemas.WarningAnswer},
    )
    def get_warning(self, request: Request) -> Answer:
        """One warning; a cadre sees his own"""
        return ok(self.app.ask.warning(request.path["id"], request.claims))

    @http(
        "POST",
        "/warnings/{id}/object",
        roles={"cadre", "commission"},
        body=schemas.ObjectRequest,
        answers={200: schemas.WarningAnswer},
    )
    def object_to_warning(self, request: Request) -> Answer:
        """Object to a warning within its period; the commission records what came on paper, with its day and scan"""
        command = ObjectToWarning.from_body(
            request.path["id"], request.body, request.claims, request.require_version
        )
        return ok(answers.of_warning(self.app.objections.object(request.work, command)))

    @http(
        "POST",
        "/warnings/{id}/decide",
        roles={"approver"},
        body=schemas.DecideObjectionRequest,
        answers={200: schemas.WarningAnswer},
    )
    def decide_objection(self, request: Request) -> Answer:
        """Judge an objection: the warning is upheld or revoked"""
        command = DecideObjection(
            request.path["id"], request.body["result"], request.body["reason"],
            request.claims, request.require_version,
        )  # fmt: skip
        return ok(answers.of_warning(self.app.objections.decide(request.work, command)))
