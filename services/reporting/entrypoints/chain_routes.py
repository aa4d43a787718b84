"""The route of a finding's chain: a mixin of the api."""

from typing import Any

from marshmallow import Schema, fields

from services.reporting.application.scope import CHAIN_READERS
from shared.http import Answer, Request, http, ok
from shared.http.fields import Moment


class HopAnswer(Schema):
    """One step of a finding's line: `what` in two words, `who` did it or whom it concerns (masked), a sentence for the
    screen; `refs` name the documents that it is about."""

    step = fields.String(required=True)
    at = Moment(required=True)
    what = fields.String(required=True)
    who = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True)
    service = fields.String(required=True)
    event = fields.String(required=True)
    event_type = fields.String(required=True)
    refs = fields.Dict(required=True)


class ChainAnswer(Schema):
    finding = fields.String(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    items = fields.List(fields.Nested(HopAnswer), required=True)


class ChainRoutes:
    """The whole line of one finding."""

    app: Any

    @http("GET", "/chain/{finding}", roles=CHAIN_READERS, audited="chain.read", answers={200: ChainAnswer})
    def get_chain(self, request: Request) -> Answer:
        """The whole line of one finding, hop by hop; case parts only to those who may know of cases"""
        return ok(self.app.chains.get(request.path["finding"], request.claims))
