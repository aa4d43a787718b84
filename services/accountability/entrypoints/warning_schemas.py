"""The shape of requests about warnings and objections to them, and of warnings; and of what came on paper."""

from marshmallow import Schema, fields, validate

from services.accountability.entrypoints.schemas import ID, BecauseAnswer, DutyFilter, OfFinding
from shared.http.fields import Day, text


class PaperRequest(Schema):
    """Something that came on paper: the day on which it was handed in, and where its scan is kept."""

    on = Day(required=True)
    document = text(500, required=True)


class ObjectRequest(Schema):
    grounds = text(5000, required=True)
    paper = fields.Nested(PaperRequest, load_default=None, allow_none=True)


class DecideObjectionRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["upheld", "revoked"]))
    reason = text(2000, required=True)


class WarningFilter(DutyFilter):
    finding = fields.String(load_default=None, validate=ID)


class PaperAnswer(Schema):
    on = fields.Date(required=True)
    document = fields.String(required=True)


class ObjectionAnswer(Schema):
    grounds = fields.String(required=True)
    at = fields.DateTime(required=True)
    paper = fields.Nested(PaperAnswer, required=True, allow_none=True)


class DecisionAnswer(Schema):
    result = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)


class WarningAnswer(OfFinding):
    cadre = fields.String(required=True)
    name = fields.String(required=True)
    because = fields.List(fields.Nested(BecauseAnswer), required=True)
    status = fields.String(required=True)
    issued_at = fields.DateTime(required=True)
    received_at = fields.DateTime(required=True, allow_none=True)
    revoked_reason = fields.String(required=True, allow_none=True)
    objection = fields.Nested(ObjectionAnswer, required=True, allow_none=True)
    decision = fields.Nested(DecisionAnswer, required=True, allow_none=True)
