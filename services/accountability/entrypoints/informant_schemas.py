"""The shape of requests about informants; only one answer has a name."""

from marshmallow import Schema, fields, validate

from services.accountability.application.informants import REQUEST_RESULTS
from services.accountability.entrypoints.case_schemas import ReasonRequest
from services.accountability.entrypoints.schemas import Stamped
from shared.http.fields import text


class InformantRequestBody(Schema):
    identity = text(2000, required=True)


class AskRequest(ReasonRequest):
    pass


class DecideRequestBody(Schema):
    result = fields.String(required=True, validate=validate.OneOf(REQUEST_RESULTS))
    note = text(2000, load_default=None, allow_none=True)


class RequestAnswer(Stamped):
    case = fields.String(required=True)
    reason = fields.String(required=True)
    asked_by = fields.String(required=True)
    status = fields.String(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    until = fields.DateTime(required=True, allow_none=True)


class InformantAnswer(Schema):
    case = fields.String(required=True)
    identity = fields.String(required=True)
    request = fields.String(required=True)
    until = fields.DateTime(required=True)
