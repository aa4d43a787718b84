"""The shape of requests and answers about registers, assignments and rules; and what many shapes are made of."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.accountability.application.pages import Page
from shared.http.fields import AreaCode, Code, Day, text
from shared.http.paging import PageQuery

ID = validate.Length(1, 100)


class PutCadreRequest(Schema):
    name = text(200, required=True)
    position = text(200, required=True)
    unit = text(200, required=True)
    area = AreaCode(required=True)
    identity = fields.List(Code("identity"), required=True)
    active = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @post_load
    def sort_codes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "identity": tuple(sorted(set(data["identity"])))}


class PutDutyRequest(Schema):
    cadre = fields.String(required=True, validate=ID)
    area = AreaCode(required=True)
    role = Code("duty_role", required=True)
    place_kinds = fields.List(Code("place_kind"), load_default=list)
    categories = fields.List(Code("category"), load_default=list)
    from_day = Day(data_key="from", load_default=None, allow_none=True)
    to_day = Day(data_key="to", load_default=None, allow_none=True)

    @post_load
    def sort_codes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        lists = {name: tuple(sorted(set(data[name]))) for name in ("place_kinds", "categories")}
        return {**data, **lists}


class AddedRequest(Schema):
    cadre = fields.String(required=True, validate=ID)
    role = Code("duty_role", required=True)


class CorrectRequest(Schema):
    remove = fields.List(fields.String(validate=ID), load_default=list, validate=validate.Length(max=50))
    add = fields.List(fields.Nested(AddedRequest), load_default=list, validate=validate.Length(max=50))
    reason = text(2000, required=True)

    @validates_schema
    def says_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data["remove"] and not data["add"]:
            raise ValidationError("name somebody to remove or to add")


def paged(query: dict[str, Any]) -> dict[str, Any]:
    """A list's query with limit and cursor as one page."""
    filters = dict(query)
    return {"page": Page(filters.pop("limit"), filters.pop("cursor")), **filters}


class AreaFilter(PageQuery):
    area = AreaCode(load_default=None)


class DutyFilter(AreaFilter):
    cadre = fields.String(load_default=None, validate=ID)


class ChainQuery(Schema):
    area = AreaCode(required=True)
    place_kind = Code("place_kind", load_default=None)
    category = Code("category", load_default=None)
    on = Day(load_default=None)


class RuleFilter(PageQuery):
    version = fields.Integer(load_default=None, validate=validate.Range(min=1))


class Stamped(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class CadreAnswer(Stamped):
    name = fields.String(required=True)
    position = fields.String(required=True)
    unit = fields.String(required=True)
    area = fields.String(required=True)
    identity = fields.List(fields.String(), required=True)
    active = fields.Boolean(required=True)


class DutyAnswer(Stamped):
    cadre = fields.String(required=True)
    area = fields.String(required=True)
    role = fields.String(required=True)
    place_kinds = fields.List(fields.String(), required=True)
    categories = fields.List(fields.String(), required=True)
    from_day = fields.Date(data_key="from", required=True, allow_none=True)
    to_day = fields.Date(data_key="to", required=True, allow_none=True)


class ImportResult(Schema):
    line = fields.Integer(required=True, metadata={"description": "in the file, the header being line 1"})
    id = fields.String(required=True)
    status = fields.Integer(required=True)
    result = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ImportAnswer(Schema):
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(ImportResult), required=True)


class LinkAnswer(Schema):
    cadre = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)
    duty = fields.String(required=True)


class PersonAnswer(Schema):
    cadre = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True, allow_none=True)


class OfFinding(Stamped):
    """Something about one finding."""

    finding = fields.String(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)


class ResolvedAnswer(OfFinding):
    """Who answers for a finding, as of a day, and who is missing."""

    found_on = fields.Date(required=True)
    as_of = fields.Date(required=True)
    responsible = fields.List(fields.Nested(PersonAnswer), required=True)
    missing = fields.String(required=True, allow_none=True)
    unknown_cadres = fields.List(fields.String(), required=True)


class AssignmentAnswer(ResolvedAnswer):
    status = fields.String(required=True)
    historical = fields.Boolean(required=True)
    assigned_at = fields.DateTime(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class UnassignedAnswer(ResolvedAnswer):
    place = fields.Dict(required=True)


class BecauseAnswer(Schema):
    rule = fields.String(required=True)
    version = fields.Integer(required=True)
    facts = fields.Dict(required=True)


class RuleAnswer(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    on = fields.String(required=True)
    when = fields.Dict(required=True)
    then = fields.Dict(required=True)
    source = fields.String(required=True)
    valid_from = fields.Date(required=True)
    verified = fields.Boolean(required=True)


class CountsAnswer(Schema):
    outbox_pending = fields.Integer(required=True)
    assigned = fields.Integer(required=True)
    unresolved = fields.Integer(required=True)
    unresolved_direct = fields.Integer(required=True)
