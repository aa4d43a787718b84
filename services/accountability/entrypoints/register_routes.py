"""The routes of the registers of cadres and duties; a mixin of the api."""

from typing import Any

from services.accountability.application import answers, commands
from services.accountability.entrypoints import schemas
from services.accountability.entrypoints.imports import import_cadres
from services.accountability.entrypoints.schemas import paged
from shared.http import Answer, Listing, Request, created, http, listing, ok

OFFICE = {"office"}
REGISTER_READERS = {"office", "commission", "approver", "auditor"}


class RegisterRoutes:
    """Who people are, and what they answer for."""

    app: Any

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
        return _entered(answers.of_cadre(cadre), f"/cadres/{cadre.id}", new)

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
        return _entered(answers.of_duty(duty), f"/duties/{duty.id}", new)

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


def _entered(document: answers.Answer, location: str, new: bool) -> Answer:
    """What a PUT under the county's own id answers."""
    return created(document, location) if new else ok(document)
