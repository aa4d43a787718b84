"""The shapes of visits and campaigns."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.findings.entrypoints.answer_schemas import PlaceAnswer
from services.findings.entrypoints.schemas import PlaceRequest
from shared.http.fields import AreaCode, Code, Day, Moment, text
from shared.http.paging import PageQuery

_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}
_RESULT = validate.OneOf(["clean", "found"])
MOST_FOUND = 200


class RegisterVisitRequest(Schema):
    """A visit that is planned (`planned_on`), or was made (`visited_at` and `result`): `found` names the findings
    that the team posted there, `clean` none."""

    team = Code("team", required=True)
    area = AreaCode(required=True)
    place = fields.Nested(PlaceRequest, required=True)
    method = Code("method", required=True)
    plan = text(200, **_OPTIONAL)
    planned_on = Day(**_OPTIONAL)
    campaign = text(50, **_OPTIONAL)
    visited_at = Moment(**_OPTIONAL)
    result = fields.String(validate=_RESULT, **_OPTIONAL)
    findings = fields.List(text(100), load_default=list, validate=validate.Length(max=MOST_FOUND))
    note = text(2000, **_OPTIONAL)

    @validates_schema
    def _whole(self, data: dict[str, Any], **_kwargs: Any) -> None:
        made = data["visited_at"] is not None
        if made != (data["result"] is not None):
            missing = "result" if made else "visited_at"
            raise ValidationError("visited_at and result are told together", missing)
        if not made and data["findings"]:
            raise ValidationError("are told with visited_at and result", "findings")


class VisitResultRequest(Schema):
    visited_at = Moment(required=True)
    result = fields.String(required=True, validate=_RESULT)
    findings = fields.List(text(100), load_default=list, validate=validate.Length(max=MOST_FOUND))
    note = text(2000, **_OPTIONAL)


class VisitsQuery(PageQuery):
    """`from` and `to` are days, both included, of the visit or for which it is planned."""

    area = AreaCode(load_default=None)
    team = Code("team", load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(["planned", "done"]))
    result = fields.String(load_default=None, validate=_RESULT)
    method = Code("method", load_default=None)
    campaign = text(50, load_default=None)
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")


class VisitCountsQuery(PageQuery):
    area = AreaCode(load_default=None)
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")


class VisitItem(Schema):
    """A visit; `result` is clean, found, or null while it is planned."""

    id = fields.UUID(required=True)
    team = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    place = fields.Nested(PlaceAnswer, required=True)
    method = fields.String(required=True)
    plan = fields.String(required=True, allow_none=True)
    planned_on = Day(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    visited_at = Moment(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    findings = fields.List(fields.String(), required=True)
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class VisitWarning(Schema):
    """Another team's visit to the same place within the county's days; `detail` is for people."""

    code = fields.String(required=True)
    detail = fields.String(required=True)
    visit = fields.UUID(required=True)
    team = fields.String(required=True)
    on = Day(required=True)


class VisitAnswer(VisitItem):
    warnings = fields.List(fields.Nested(VisitWarning), required=True)


class VisitCountItem(Schema):
    """An area and how often it was visited; `planned` visits are not among `visits`."""

    area = fields.String(required=True)
    area_name = fields.String(required=True)
    visits = fields.Integer(required=True)
    clean = fields.Integer(required=True)
    found = fields.Integer(required=True)
    planned = fields.Integer(required=True)


class OpenCampaignRequest(Schema):
    """`from` and `to` are its days, both included."""

    code = text(50, required=True)
    name = text(200, required=True)
    since = Day(required=True, data_key="from")
    until = Day(required=True, data_key="to")
    note = text(2000, **_OPTIONAL)


class CampaignAnswer(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    since = Day(required=True, data_key="from")
    until = Day(required=True, data_key="to")
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
