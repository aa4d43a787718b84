"""The shape of requests and answers about measures as the law has them, and about statutory clocks."""

from marshmallow import Schema, fields, validate

from services.accountability.entrypoints.schemas import Stamped
from shared.http.fields import AreaCode, Code, Day, text
from shared.http.paging import PageQuery

_FEW = validate.Length(max=20)


class EffectQuery(Schema):
    on = Day(load_default=None)


class ClockFilter(PageQuery):
    area = AreaCode(load_default=None)
    due_before = Day(load_default=None)


class CheckRequest(Schema):
    """`together_with`: measures of the same decision; `before_defence`: what was meant before the person was heard."""

    cadre = fields.String(required=True, validate=validate.Length(1, 100))
    kind = Code("measure", required=True)
    deciding_body = Code("deciding_body", required=True)
    responsibility = Code("responsibility", required=True)
    on = Day(load_default=None, allow_none=True)
    together_with = fields.List(Code("measure"), load_default=list, validate=_FEW)
    before_defence = fields.List(Code("measure"), load_default=None, allow_none=True, validate=_FEW)
    investigators = fields.List(text(200), load_default=None, allow_none=True, validate=_FEW)


class LawAnswer(Schema):
    article = fields.String(required=True)
    source = fields.String(required=True)
    valid_from = fields.Date(required=True)
    verified = fields.Boolean(
        required=True, metadata={"description": "false: not checked against the text of its source"}
    )


class KindAnswer(LawAnswer):
    kind = fields.String(required=True)
    zh = fields.String(required=True)
    family = fields.String(required=True)
    family_zh = fields.String(required=True)
    tier = fields.Integer(required=True)
    weight = fields.Integer(required=True, metadata={"description": "greater is heavier"})
    recipients = fields.List(fields.String(), required=True)
    deciding_bodies = fields.List(fields.String(), required=True)
    effect_months = fields.Integer(required=True, allow_none=True)
    combinable_with = fields.List(fields.String(), required=True)
    needs_talk = fields.Boolean(required=True)
    needs_document = fields.Boolean(required=True)
    publishes = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)


class ReasonAnswer(Schema):
    article = fields.String(required=True)
    text = fields.String(required=True)
    verified = fields.Boolean(required=True)


class VerdictAnswer(Schema):
    verdict = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonAnswer), required=True)


class UnderEffectAnswer(Schema):
    under_effect = fields.Boolean(required=True)
    until = fields.Date(required=True, allow_none=True)


class ReportClockRequest(Schema):
    done_on = Day(required=True)
    note = text(2000, required=True)


class DoneAnswer(Schema):
    on = fields.Date(required=True)
    note = fields.String(required=True)
    by = fields.String(required=True)


class ClockAnswer(Stamped, LawAnswer):
    rule = fields.String(required=True)
    title = fields.String(required=True)
    stage = fields.String(required=True)
    case = fields.String(required=True)
    measure = fields.String(required=True, allow_none=True)
    cadre = fields.String(required=True, allow_none=True)
    areas = fields.List(fields.String(), required=True)
    started_on = fields.Date(required=True)
    due = fields.Date(required=True, metadata={"description": "the last day, counted in"})
    due_at = fields.DateTime(required=True)
    provisional = fields.Boolean(required=True)
    running = fields.Boolean(required=True)
    overdue = fields.Boolean(required=True)
    stopped_at = fields.DateTime(required=True, allow_none=True)
    stopped_by = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the event that ended it; lapsed: a right that nobody used; done: reported by hand"
        },
    )
    done = fields.Nested(DoneAnswer, required=True, allow_none=True)
    moves = fields.List(fields.String(), required=True)
