"""The shapes of requests and answers. Rules that need the finding itself are in the domain."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from shared.http.fields import AreaCode, Code, Day, Moment, text
from shared.http.paging import PageQuery

MOST_COUNTED = 100_000
_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}
_FLAG: dict[str, Any] = {"truthy": {True}, "falsy": {False}}
_SHANGHAI = "+08:00"


class DayOrMoment(Moment):
    """A time; a day stands for its beginning in Asia/Shanghai."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, str) and len(value) == len("2026-01-01"):
            value = f"{value}T00:00:00{_SHANGHAI}"
        return super()._deserialize(value, attr, data, **kwargs)


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
    units = _some(AreaCode(), 50)
    responsible = _some(text(100), 100)
    attachments = _some(text(100), 50)


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


class FindingsQuery(PageQuery):
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
    source_ref = text(100, load_default=None)
    number = text(100, load_default=None)
    unit = AreaCode(load_default=None)
    due_before = DayOrMoment(load_default=None)
    q = text(100, load_default=None)
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")
    date = fields.String(load_default="found", validate=validate.OneOf(["found", "posted", "closed"]))
    updated_since = DayOrMoment(load_default=None)


class GapsQuery(PageQuery):
    year = fields.Integer(required=True, validate=validate.Range(2000, 9999))


# Answers


class PlaceAnswer(Schema):
    name = fields.String(required=True)
    kind = fields.String(required=True)


class ResponsibleAnswer(Schema):
    """A cadre, direct or leading; none until they are assigned."""

    cadre = fields.String(required=True)
    role = fields.String(required=True)


class FlagsAnswer(Schema):
    """`referred` is true for commission, approver and auditor only: nobody else learns of a case by it."""

    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)
    referred = fields.Boolean(required=True)


class FindingItem(Schema):
    """A finding, as in lists."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    source_ref = fields.String(required=True, allow_none=True)
    team = fields.String(required=True)
    method = fields.String(required=True)
    found_at = Moment(required=True)
    posted_at = Moment(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    place = fields.Nested(PlaceAnswer, required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    description = fields.String(required=True)
    suggestion = fields.String(required=True, allow_none=True)
    immediate = fields.Boolean(required=True)
    deadline = Day(required=True)
    due_at = Moment(required=True)
    deadline_provisional = fields.Boolean(required=True)
    count = fields.Integer(required=True)
    done = fields.Integer(required=True)
    group = fields.String(required=True, allow_none=True)
    units = fields.List(fields.String(), required=True)
    named_responsible = fields.List(fields.String(), required=True)
    responsible = fields.List(fields.Nested(ResponsibleAnswer), required=True)
    flags = fields.Nested(FlagsAnswer, required=True)
    returned_count = fields.Integer(required=True)
    extensions = fields.Integer(required=True)
    evidence = fields.List(fields.String(), required=True)
    similar = fields.List(fields.String(), required=True)
    recurrence_of = fields.String(required=True, allow_none=True)
    historical = fields.Boolean(required=True)
    reported_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class FindingAnswer(FindingItem):
    """A finding, with the latest of what the unit told and the moves that are open to the caller."""

    plan = fields.Dict(required=True, allow_none=True)
    report = fields.Dict(required=True, allow_none=True)
    block = fields.Dict(required=True, allow_none=True)
    dispute = fields.Dict(required=True, allow_none=True)
    allowed_moves = fields.List(fields.String(), required=True)


class HistoryItem(Schema):
    """One move: who made it, when and why; beside these whatever was told with it."""

    version = fields.Integer(required=True)
    at = Moment(required=True)
    move = fields.String(required=True)
    event = fields.String(required=True, allow_none=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    before = fields.String(required=True, allow_none=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    note = fields.String(required=True, allow_none=True)


class LineAnswer(Schema):
    """What became of one line; `errors` by field path when it was refused."""

    line = fields.Integer(required=True)
    status = fields.Integer(required=True)
    id = fields.String()
    number = fields.String()
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class BatchAnswer(Schema):
    accepted = fields.Integer(required=True)
    replayed = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(LineAnswer), required=True)


class UnusedNumber(Schema):
    """`settled` once no request can still be about to use it."""

    county = fields.String(required=True)
    year = fields.Integer(required=True)
    n = fields.Integer(required=True)
    number = fields.String(required=True)
    settled = fields.Boolean(required=True)


class Figure(Schema):
    area = fields.String(required=True)
    status = fields.String(required=True)
    count = fields.Integer(required=True)


class CountsAnswer(Schema):
    """What the ledger is reconciled with; findings of old ledgers are counted apart."""

    outbox_pending = fields.Integer(required=True)
    findings = fields.List(fields.Nested(Figure), required=True)
    historical = fields.List(fields.Nested(Figure), required=True)
