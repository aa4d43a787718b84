"""The shape of requests about cases, and of cases."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.accountability.application.case_commands import MEASURE_FORMS, RESPONSIBILITY_KINDS
from services.accountability.application.queries import CASE_STATUSES
from services.accountability.entrypoints.schemas import ID, BecauseAnswer, PersonAnswer, Stamped
from services.accountability.entrypoints.warning_schemas import WarningFilter
from shared.http.fields import Code, Day, text

_MOST = 50
_MOST_FINDINGS = 200


class OpenCaseRequest(Schema):
    findings = fields.List(
        fields.String(validate=ID), required=True, validate=validate.Length(1, _MOST_FINDINGS)
    )
    reason = text(2000, required=True)


class CaseFilter(WarningFilter):
    status = fields.String(load_default=None, validate=validate.OneOf(CASE_STATUSES))
    q = fields.String(load_default=None, validate=validate.Length(1, 100))
    elsewhere_due = Day(
        load_default=None,
        metadata={"description": "somebody is handled elsewhere, due by this day, and nothing was heard yet"},
    )


class ConductField(Schema):
    """When it was done, both days included."""

    start = Day(data_key="from", required=True)
    end = Day(data_key="to", required=True)


class VerifyRequest(Schema):
    facts = text(10_000, required=True)
    title = text(200, load_default=None, allow_none=True)
    conduct = fields.Nested(ConductField, load_default=None, allow_none=True)
    investigators = fields.List(text(200), load_default=list, validate=validate.Length(max=20))


class MeasureTerms(Schema):
    kind = Code("measure", required=True)
    form = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(MEASURE_FORMS))
    deciding_body = Code("deciding_body", required=True)
    decided_on = Day(required=True)
    decision_no = text(100, load_default=None, allow_none=True)
    documents = fields.List(
        text(200),
        load_default=list,
        validate=validate.Length(max=_MOST),
        metadata={"description": "ids or titles of the case's documents"},
    )
    basis = text(2000, load_default=None, allow_none=True)
    publish = fields.Boolean(
        load_default=False,
        metadata={"description": "the decision names the person to the county"},
        truthy={True},
        falsy={False},
    )


class ElsewhereField(Schema):
    by = text(200, required=True)
    due = Day(required=True)


class ElsewhereReport(Schema):
    result = text(2000, required=True)
    reported_on = Day(required=True)


class OutcomeField(Schema):
    """Exactly one of the three."""

    measures = fields.List(fields.Nested(MeasureTerms), allow_none=True, validate=validate.Length(1, _MOST))
    no_action = text(2000, allow_none=True)
    elsewhere = fields.Nested(ElsewhereField, allow_none=True)

    @post_load
    def drop_empty(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}


class WaivedField(Schema):
    reason = text(2000, required=True)


class DispositionRequest(Schema):
    responsibility = fields.String(required=True, validate=validate.OneOf(RESPONSIBILITY_KINDS))
    outcome = fields.Nested(OutcomeField, required=True)
    conduct = fields.Nested(ConductField, load_default=None, allow_none=True)
    defence = text(10_000, load_default=None, allow_none=True)
    defence_waived = fields.Nested(WaivedField, load_default=None, allow_none=True)

    @validates_schema
    def one_outcome(self, data: dict[str, Any], **_: Any) -> None:
        if len(data["outcome"]) != 1:
            raise ValidationError("give exactly one of measures, no_action and elsewhere", "outcome")


class ReasonRequest(Schema):
    reason = text(2000, required=True)


class MergeRequest(ReasonRequest):
    into = fields.String(required=True, validate=validate.Length(1, 100))


class DocumentRequest(Schema):
    title = text(200, required=True)
    number = text(100, load_default=None, allow_none=True)
    dated = Day(load_default=None, allow_none=True)
    text = text(10_000, load_default=None, allow_none=True)
    sha256 = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp("^[0-9a-f]{64}$", error="is not a SHA-256 in small hexadecimal digits"),
    )


class AccessRequest(Schema):
    restricted = fields.Boolean(required=True, truthy={True}, falsy={False})
    handlers = fields.List(text(200), load_default=list, validate=validate.Length(max=_MOST))

    @validates_schema
    def somebody_handles_it(self, data: dict[str, Any], **_: Any) -> None:
        if data["restricted"] and not data["handlers"]:
            raise ValidationError("a restricted case needs at least one handler", "handlers")


class RecuseRequest(ReasonRequest):
    sub = text(200, required=True)


class DispositionAnswer(Schema):
    cadre = fields.String(required=True)
    name = fields.String(required=True)
    responsibility = fields.String(required=True)
    outcome = fields.Nested(OutcomeField, required=True)
    conduct = fields.Nested(ConductField, required=True, allow_none=True)
    defence = fields.String(required=True, allow_none=True)
    defence_waived = fields.Nested(WaivedField, required=True, allow_none=True)
    written_by = fields.String(required=True)
    written_at = fields.DateTime(required=True)
    approved_at = fields.DateTime(required=True, allow_none=True)


class FileAnswer(Schema):
    size = fields.Integer(required=True)
    content_type = fields.String(required=True)


class DocumentAnswer(DocumentRequest):
    id = fields.String(required=True)
    added_by = fields.String(required=True)
    added_at = fields.DateTime(required=True)
    file = fields.Nested(
        FileAnswer,
        required=True,
        allow_none=True,
        metadata={"description": "GET /cases/{id}/documents/{document}/file answers it"},
    )


class CasePersonAnswer(PersonAnswer):
    position = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)


class SuggestedAnswer(Schema):
    cadre = fields.String(required=True)
    kind = fields.String(required=True)
    rule = fields.String(required=True)


class HistoryAnswer(Schema):
    id = fields.String(required=True)
    case = fields.String(required=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True, allow_none=True)
    move = fields.String(required=True)
    finding = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    details = fields.Dict(required=True)
    version = fields.Integer(required=True)


class CaseAnswer(Stamped):
    status = fields.String(required=True, validate=validate.OneOf(CASE_STATUSES))
    findings = fields.List(fields.String(), required=True)
    numbers = fields.List(fields.String(), required=True)
    areas = fields.List(fields.String(), required=True)
    categories = fields.List(fields.String(), required=True)
    persons = fields.List(fields.Nested(CasePersonAnswer), required=True)
    because = fields.List(fields.Nested(BecauseAnswer), required=True)
    suggested = fields.List(fields.Nested(SuggestedAnswer), required=True)
    reason = fields.String(required=True, allow_none=True)
    restricted = fields.Boolean(required=True)
    handlers = fields.List(fields.String(), required=True)
    recused = fields.List(fields.Nested(RecuseRequest), required=True)
    title = fields.String(required=True, allow_none=True)
    facts = fields.String(required=True, allow_none=True)
    conduct = fields.Nested(ConductField, required=True, allow_none=True)
    dispositions = fields.List(fields.Nested(DispositionAnswer), required=True)
    without_disposition = fields.List(fields.String(), required=True)
    documents = fields.List(fields.Nested(DocumentAnswer), required=True)
    proposed_by = fields.String(required=True, allow_none=True)
    proposed_at = fields.DateTime(required=True, allow_none=True)
    approved_by = fields.String(required=True, allow_none=True)
    approved_at = fields.DateTime(required=True, allow_none=True)
    returned_reason = fields.String(required=True, allow_none=True)
    served_at = fields.DateTime(required=True, allow_none=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    dismissed_reason = fields.String(required=True, allow_none=True)
    merged_into = fields.String(required=True, allow_none=True)
    opened_at = fields.DateTime(required=True)
    has_informant = fields.Boolean(required=True)
    investigators = fields.List(fields.String(), required=True)
