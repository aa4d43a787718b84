"""The shape of requests about measures, and of measures."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.accountability.application.case_commands import SERVICE_METHODS
from services.accountability.entrypoints.case_schemas import ConductField, ReasonRequest
from services.accountability.entrypoints.schemas import ID, AreaFilter, Stamped
from shared.http.fields import Code, Day, Moment, text


class MeasureFilter(AreaFilter):
    cadre = fields.String(load_default=None, validate=ID)
    case = fields.String(load_default=None, validate=ID)
    kind = Code("measure", load_default=None)
    active_on = Day(load_default=None)


class RefusalField(ReasonRequest):
    witnesses = fields.List(text(100), required=True, validate=validate.Length(2, 10))

    @validates_schema
    def different_people(self, data: dict[str, Any], **_: Any) -> None:
        if len({one.strip() for one in data["witnesses"]}) < len(data["witnesses"]):
            raise ValidationError("are different people", "witnesses")


class ServeRequest(Schema):
    method = fields.String(required=True, validate=validate.OneOf(SERVICE_METHODS))
    at = Moment(required=True)
    receipt = text(2000, load_default=None, allow_none=True)
    refusal = fields.Nested(RefusalField, load_default=None, allow_none=True)
    submission_due = Day(load_default=None, allow_none=True)

    @validates_schema
    def proof(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("receipt") is None) == (data.get("refusal") is None):
            raise ValidationError("describe the receipt, or give the refusal before two witnesses", "receipt")


class RevokeRequest(ReasonRequest):
    by = text(200, required=True, metadata={"description": "the body that revoked it"})


class EffectAnswer(Schema):
    from_day = fields.Date(data_key="from", required=True)
    until = fields.Date(required=True, allow_none=True)


class ServiceAnswer(Schema):
    method = fields.String(required=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    receipt = fields.String(required=True, allow_none=True)
    refusal = fields.Nested(RefusalField, required=True, allow_none=True)


class RevocationAnswer(Schema):
    reason = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.DateTime(required=True)


class MeasureAnswer(Stamped):
    case = fields.String(required=True)
    findings = fields.List(fields.String(), required=True)
    areas = fields.List(fields.String(), required=True)
    restricted = fields.Boolean(required=True)
    cadre = fields.String(required=True)
    name = fields.String(required=True)
    responsibility = fields.String(required=True)
    conduct = fields.Nested(ConductField, required=True, allow_none=True)
    kind = fields.String(required=True)
    family = fields.String(required=True)
    tier = fields.Integer(required=True)
    form = fields.String(required=True, allow_none=True)
    deciding_body = fields.String(required=True)
    decided_on = fields.Date(required=True)
    decision_no = fields.String(required=True, allow_none=True)
    documents = fields.List(fields.String(), required=True)
    basis = fields.String(required=True, allow_none=True)
    publish = fields.Boolean(required=True)
    status = fields.String(required=True)
    approved_at = fields.DateTime(required=True)
    effect = fields.Nested(EffectAnswer, required=True, allow_none=True)
    served = fields.Nested(ServiceAnswer, required=True, allow_none=True)
    appeal_until = fields.Date(required=True, allow_none=True)
    revoked = fields.Nested(RevocationAnswer, required=True, allow_none=True)
    announced_at = fields.DateTime(required=True, allow_none=True)
    talked_at = fields.DateTime(required=True, allow_none=True)
    submission_due = fields.Date(required=True, allow_none=True)
    submitted_at = fields.DateTime(required=True, allow_none=True)
    unfinished = fields.List(fields.String(), required=True)
    moves = fields.List(fields.String(), required=True)
