"""Wrong assignments put right."""

from services.accountability.application import answers
from services.accountability.application.correcting import CorrectAssignment
from services.accountability.entrypoints import schemas
from shared.http import Answer, Application, Request, http, ok


class CorrectionRoutes:
    """Part of the service's api."""

    app = Application()

    @http(
        "POST",
        "/assignments/{finding}/correct",
        roles={"office"},
        body=schemas.CorrectRequest,
        answers={200: schemas.AssignmentAnswer},
    )
    def correct_assignment(self, request: Request) -> Answer:
        """Say who answers for a finding instead: the removed are told and their warnings fall, the added are told"""
        body = request.body
        added = tuple((one["cadre"], one["role"]) for one in body["add"])
        command = CorrectAssignment(
            request.path["finding"], tuple(dict.fromkeys(body["remove"])), added, body["reason"],
            request.claims, request.require_version,
        )  # fmt: skip
        return ok(answers.of_assignment(self.app.do.corrections.correct(request.work, command)))
