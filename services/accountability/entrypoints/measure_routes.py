"""The routes of measures; a mixin of the api."""

from typing import Any

from services.accountability.application import case_commands as commands
from services.accountability.entrypoints import measure_schemas as schemas
from services.accountability.entrypoints.schemas import paged
from services.accountability.entrypoints.told import told
from shared.http import Answer, Listing, Request, http, listing, ok

READERS = {"commission", "approver", "auditor", "cadre"}


class MeasureRoutes:
    """Measures 处理措施 of approved cases."""

    app: Any

    @http(
        "GET",
        "/measures",
        roles=READERS,
        query=schemas.MeasureFilter,
        answers={200: Listing(schemas.MeasureAnswer)},
    )
    def list_measures(self, request: Request) -> Answer:
        """Measures, newest first; a cadre sees his own, once they were served"""
        return listing(*self.app.ask_measures.measures(by=request.claims, **paged(request.query)))

    @http(
        "GET", "/measures/{id}", roles=READERS, audited="measure.read", answers={200: schemas.MeasureAnswer}
    )
    def get_measure(self, request: Request) -> Answer:
        """One measure"""
        return ok(self.app.ask_measures.measure(request.path["id"], request.claims))

    @http(
        "POST",
        "/measures/{id}/serve",
        roles={"commission"},
        body=schemas.ServeRequest,
        answers={200: schemas.MeasureAnswer},
    )
    def serve_measure(self, request: Request) -> Answer:
        """送达: with a receipt, or refused before two witnesses; periods run from then"""
        body = dict(request.body)
        refused = body.pop("refusal")
        refusal = None
        if refused is not None:
            refusal = commands.RefusedService(tuple(refused["witnesses"]), refused["reason"])
        command = commands.ServeMeasure(**told(request), **body, refusal=refusal)
        return ok(self.app.ask_measures.shown(self.app.measures.serve(request.work, command)))

    @http(
        "POST",
        "/measures/{id}/revoke",
        roles={"approver"},
        body=schemas.RevokeRequest,
        answers={200: schemas.MeasureAnswer},
    )
    def revoke_measure(self, request: Request) -> Answer:
        """撤销, with its reason and the body that revoked it"""
        body = request.body
        command = commands.RevokeMeasure(**told(request), body=body["by"], reason=body["reason"])
        return ok(self.app.ask_measures.shown(self.app.measures.revoke(request.work, command)))
