"""The shapes of requests and answers. Rules that need the finding itself are in the domain."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from shared.http.fields import AreaCode, Code, Day, DayOrMoment, Moment, text
from shared.http.paging import PageQuery

MOST_COUNTED = 100_000
_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}
_FLAG: dict[str, Any] = {"truthy": {True}, "falsy": {False}}


def _whole(low: int, high: int, **kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(low, high), **kwargs)


def _some(inner: fields.Field[Any], most: int) -> fields.List[Any]:
    return fields.List(inner, validate=validate.Length(max=most), **_OPTIONAL)


# Requests


class PlaceRequest(Schema):
    name = text(200, required=True)
    kind = Code("place_kind", required=True)


class PostFindingRequest(Schema):
    """What a team found. Optional fields may be null."""

    source_ref = text(100, **_OPTIONAL)
    team = Code("team", required=True)
    method = Code("method", required=True)
    found_at = Moment(required=True)
    area = AreaCode(required=True)
    place = fields.Nested(PlaceRequest, required=True)
    category = Code("category", required=True)
    severity = Code("severity", required=True)
    description = text(5000, required=True)
    suggestion = text(2000, shortest=0, **_OPTIONAL)
    immediate = fields.Boolean(**_FLAG, **_OPTIONAL)
    deadline = Day(**_OPTIONAL)
    count = _whole(1, MOST_COUNTED, **_OPTIONAL)
    group = text(100, **_OPTIONAL)
    campaign = text(50, **_OPTIONAL)
    units = _some(AreaCode(), 50)
    responsible = _some(text(100), 100)
    attachments = _some(text(100), 50)


class PastFindingRequest(PostFindingRequest):
    """A line of an old ledger: what was found, and what had become of it."""

    status = Code("finding_status", required=True)
    closed_on = Day(**_OPTIONAL)
    reported_on = Day(**_OPTIONAL)
    completed_on = Day(**_OPTIONAL)
    measures = text(5000, **_OPTIONAL)
    status_note = text(2000, **_OPTIONAL)


class PlanRequest(Schema):
    measures = text(5000, required=True)
    person = text(200, required=True)
    due = Day(required=True)


class ProgressRequest(Schema):
    done = _whole(0, MOST_COUNTED, required=True)
    note = text(2000, required=True)


class ReportRequest(Schema):
    measures = text(5000, required=True)
    completed_on = Day(required=True)
    attachments = fields.List(text(100), validate=validate.Length(max=50), load_default=list)


class VerifyRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["pass", "fail"]))
    note = text(2000, **_OPTIONAL)


class DisputeRequest(Schema):
    grounds = text(5000, required=True)
    attachments = fields.List(text(100), validate=validate.Length(max=50), load_default=list)


class DecideRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["upheld", "withdrawn"]))
    note = text(2000, **_OPTIONAL)


class BlockRequest(Schema):
    reason = text(2000, required=True)
    needs = text(2000, required=True)
    review_on = Day(required=True)


class DecideBlockRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["granted", "refused"]))
    note = text(2000, **_OPTIONAL)


class ResumeRequest(Schema):
    note = text(2000, **_OPTIONAL)


class WithdrawRequest(Schema):
    reason = text(2000, required=True)


class AmendRequest(Schema):
    description = text(5000, **_OPTIONAL)
    suggestion = text(2000, **_OPTIONAL)
    place = fields.Nested(PlaceRequest, **_OPTIONAL)


class ExtendRequest(Schema):
    until = Day(required=True)
    reason = text(2000, required=True)


class DecideExtensionRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["granted", "refused"]))
    note = text(2000, **_OPTIONAL)


class ReasonRequest(Schema):
    reason = text(2000, required=True)


class DecideReferralRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["granted", "refused"]))
    reason = text(2000, **_OPTIONAL)


class TransferRequest(Schema):
    area = AreaCode(required=True)
    reason = text(2000, required=True)


class AttachRequest(Schema):
    ids = fields.List(text(100), required=True, validate=validate.Length(1, 50))
    note = text(2000, required=True)


class RevisitRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["pass", "fail"]))
    note = text(2000, **_OPTIONAL)


class HandOverRequest(Schema):
    to = Code("team", required=True)
    reason = text(2000, required=True)


class LineTarget(Schema):
    """Which finding a line moves, and how; what else the line holds is for the move. `version`: as If-Match."""

    class Meta:
        unknown = EXCLUDE

    id = text(100, **_OPTIONAL)
    number = text(100, **_OPTIONAL)
    move = text(100, required=True)
    version = _whole(1, MOST_COUNTED, **_OPTIONAL)

    @validates_schema
    def _names_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["id"] is None and data["number"] is None:
            raise ValidationError("Missing data for required field.", "number")


class FindingsFilters(Schema):
    """Every filter narrows the list further. `from` and `to` are days, both included, of what `date` says."""

    area = AreaCode(load_default=None)
    status = Code("finding_status", load_default=None)
    category = Code("category", load_default=None)
    severity = Code("severity", load_default=None)
    team = Code("team", load_default=None)
    method = Code("method", load_default=None)
    overdue = fields.Boolean(load_default=None)
    responsible = text(100, load_default=None)
    group = text(100, load_default=None)
    campaign = text(50, load_default=None)
    source_ref = text(100, load_default=None)
    number = text(100, load_default=None)
    unit = AreaCode(load_default=None)
    due_before = DayOrMoment(load_default=None)
    q = text(100, load_default=None)
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")
    date = fields.String(load_default="found", validate=validate.OneOf(["found", "posted", "closed"]))
    updated_since = DayOrMoment(load_default=None)
    flagged = fields.Boolean(load_default=None)


class FindingsQuery(PageQuery, FindingsFilters):
    """Filters, and the page."""


class TryQuery(Schema):
    """`dry_run` says what would be, and keeps nothing."""

    dry_run = fields.Boolean(load_default=False)


class TemplateQuery(Schema):
    """`historical`: as old ledgers are handed in, by the office alone."""

    historical = fields.Boolean(load_default=False)


class BatchQuery(TryQuery, TemplateQuery):
    pass


class GapsQuery(PageQuery):
    year = fields.Integer(required=True, validate=validate.Range(2000, 9999))
