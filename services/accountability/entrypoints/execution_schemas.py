"""The shape of requests about talks, self-criticisms and appeals, and of their answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.accountability.application.case_commands import MEASURE_FORMS
from services.accountability.application.execution_commands import (
    APPEAL_RESULTS,
    APPEAL_STATUSES,
    SUBMISSION_RESULTS,
)
from services.accountability.entrypoints.schemas import ID, AreaFilter, Stamped
from services.accountability.entrypoints.warning_schemas import PaperAnswer, PaperRequest
from shared.http.fields import Code, Day, Moment, text


class ScheduleRequest(Schema):
    at = Moment(required=True)
    place = text(200, required=True)


class TalkRequest(Schema):
    held_at = Moment(required=True)
    place = text(200, required=True)
    talkers = fields.List(text(100), required=True, validate=validate.Length(2, 10))
    recorder = text(100, required=True)
    points = text(5000, required=True)
    statement = text(5000, required=True)
    signed = fields.Boolean(required=True, truthy={True}, falsy={False})
    refusal = text(2000, load_default=None, allow_none=True)

    @validates_schema
    def different_people(self, data: dict[str, Any], **_: Any) -> None:
        if len({one.strip() for one in data["talkers"]}) < len(data["talkers"]):
            raise ValidationError("are different people", "talkers")

    @validates_schema
    def signature(self, data: dict[str, Any], **_: Any) -> None:
        if data["signed"] == (data["refusal"] is not None):
            raise ValidationError("say why it was not signed; none where it was signed", "refusal")


class FollowUpRequest(Schema):
    held_at = Moment(required=True)
    note = text(5000, required=True)


class SubmissionRequest(Schema):
    text = text(20000, required=True)
    submitted_at = Moment(required=True)
    paper = fields.Nested(PaperRequest, load_default=None, allow_none=True)


class JudgmentRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(SUBMISSION_RESULTS))
    note = text(2000, load_default=None, allow_none=True)

    @validates_schema
    def reason_of_a_return(self, data: dict[str, Any], **_: Any) -> None:
        if data["result"] == "returned" and data["note"] is None:
            raise ValidationError("say what is to be written anew", "note")


class AppealRequest(Schema):
    grounds = text(5000, required=True)
    paper = fields.Nested(PaperRequest, load_default=None, allow_none=True)


class LighterMeasureRequest(Schema):
    kind = Code("measure", required=True)
    deciding_body = Code("deciding_body", required=True)
    decided_on = Day(load_default=None, allow_none=True)
    form = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(MEASURE_FORMS))
    decision_no = text(100, load_default=None, allow_none=True)
    basis = text(2000, load_default=None, allow_none=True)


class DecideAppealRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(APPEAL_RESULTS))
    reason = text(2000, required=True)
    by = text(
        200,
        load_default=None,
        allow_none=True,
        metadata={"description": "the body that decided; default the one that decided the measure"},
    )
    measure = fields.Nested(LighterMeasureRequest, load_default=None, allow_none=True)


class AppealFilter(AreaFilter):
    cadre = fields.String(load_default=None, validate=ID)
    case = fields.String(load_default=None, validate=ID)
    measure = fields.String(load_default=None, validate=ID)
    status = fields.String(load_default=None, validate=validate.OneOf(APPEAL_STATUSES))


class _OfMeasure(Stamped):
    measure = fields.String(required=True)
    case = fields.String(required=True)
    cadre = fields.String(required=True)
    moves = fields.List(fields.String(), required=True)


class AppointmentAnswer(Schema):
    at = fields.DateTime(required=True)
    place = fields.String(required=True)


class FollowUpAnswer(Schema):
    held_at = fields.DateTime(required=True)
    note = fields.String(required=True)
    by = fields.String(required=True)


class TalkAnswer(_OfMeasure):
    name = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    scheduled = fields.Nested(AppointmentAnswer, required=True, allow_none=True)
    held_at = fields.DateTime(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    talkers = fields.List(fields.String(), required=True, allow_none=True)
    recorder = fields.String(required=True, allow_none=True)
    points = fields.String(required=True, allow_none=True)
    statement = fields.String(required=True, allow_none=True)
    signed = fields.Boolean(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)
    follow_up_on = fields.Date(required=True, allow_none=True)
    follow_ups = fields.List(fields.Nested(FollowUpAnswer), required=True)


class JudgmentAnswer(Schema):
    result = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True)


class SubmissionAnswer(_OfMeasure):
    status = fields.String(required=True)
    due = fields.Date(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    submitted_at = fields.DateTime(required=True, allow_none=True)
    paper = fields.Nested(PaperAnswer, required=True, allow_none=True)
    times = fields.Integer(required=True)
    judgments = fields.List(fields.Nested(JudgmentAnswer), required=True)


class AppealDecisionAnswer(Schema):
    result = fields.String(required=True)
    reason = fields.String(required=True)
    body = fields.String(required=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    replaced_by = fields.String(required=True, allow_none=True)


class AppealAnswer(_OfMeasure):
    areas = fields.List(fields.String(), required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    grounds = fields.String(required=True)
    lodged_at = fields.DateTime(required=True)
    paper = fields.Nested(PaperAnswer, required=True, allow_none=True)
    decision = fields.Nested(AppealDecisionAnswer, required=True, allow_none=True)
