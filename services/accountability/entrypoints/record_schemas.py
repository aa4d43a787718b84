"""The shape of a cadre's record."""

from marshmallow import Schema, fields

from services.accountability.entrypoints.case_schemas import DispositionAnswer
from services.accountability.entrypoints.measure_schemas import MeasureAnswer
from services.accountability.entrypoints.schemas import DutyAnswer
from services.accountability.entrypoints.warning_schemas import WarningAnswer
from shared.http.fields import Day


class RecordQuery(Schema):
    as_of = Day(load_default=None)


class AnsweredFor(Schema):
    finding = fields.String(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    found_on = fields.Date(required=True)
    role = fields.String(required=True)
    withdrawn = fields.Boolean(required=True)


class RecordDisposition(DispositionAnswer):
    case = fields.String(required=True)
    case_status = fields.String(required=True)


class RecordAnswer(Schema):
    """Of each at most 200, the newest first."""

    cadre = fields.String(required=True)
    name = fields.String(required=True)
    as_of = fields.Date(required=True)
    duties = fields.List(fields.Nested(DutyAnswer), required=True)
    warnings = fields.List(fields.Nested(WarningAnswer), required=True)
    measures = fields.List(
        fields.Nested(MeasureAnswer), required=True, metadata={"description": "what stood on that day"}
    )
    dispositions = fields.List(fields.Nested(RecordDisposition), required=True)
    cleared = fields.List(
        fields.Nested(MeasureAnswer),
        metadata={"description": "revoked or varied by then: a trace, not shown to the cadre"},
    )
    findings = fields.List(
        fields.Nested(AnsweredFor), metadata={"description": "what the cadre answers for; not shown to him"}
    )
