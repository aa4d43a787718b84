"""The shapes of self-checks."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.findings.entrypoints.schemas import PostFindingRequest
from shared.http.fields import AreaCode, Day, Moment, text
from shared.http.paging import PageQuery

_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}
MOST_AREAS, MOST_FOUND = 500, 50


class OrderSelfChecksRequest(Schema):
    areas = fields.List(AreaCode(), required=True, validate=validate.Length(1, MOST_AREAS))
    due = Day(required=True)
    note = text(2000, **_OPTIONAL)


class OwnFindingRequest(PostFindingRequest):
    """What a unit found itself: team and method follow from the self-check."""

    class Meta:
        exclude = ("team", "method", "source_ref", "attachments")


class AnswerSelfCheckRequest(Schema):
    """`found` needs findings, `clean` has none."""

    result = fields.String(required=True, validate=validate.OneOf(["clean", "found"]))
    note = text(2000, **_OPTIONAL)
    findings = fields.List(
        fields.Nested(OwnFindingRequest), load_default=list, validate=validate.Length(max=MOST_FOUND)
    )


class SelfChecksQuery(PageQuery):
    finding = text(100, load_default=None)
    overdue = fields.Boolean(load_default=False)


class SelfCheckAnswer(Schema):
    """`result` is clean, found, or null until it is answered; `late` when the answer came after its day;
    `level` is the highest overdue level that was told, 0 for none."""

    id = fields.UUID(required=True)
    finding = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    due = Day(required=True)
    note = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    answer_note = fields.String(required=True, allow_none=True)
    findings = fields.List(fields.String(), required=True)
    answered_at = Moment(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    level = fields.Integer(required=True)
    late = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class SelfChecksAnswer(Schema):
    items = fields.List(fields.Nested(SelfCheckAnswer), required=True)
    next = fields.String(required=True, allow_none=True)
