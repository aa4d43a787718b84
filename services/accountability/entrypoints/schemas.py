"""The shape of requests and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.accountability.application.queries import CASE_STATUSES, Page
from shared.http.fields import AreaCode, Code, Day, text
from shared.http.paging import PageQuery

_MOST_FINDINGS = 200
_ID = validate.Length(1, 100)


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
    cadre = fields.String(required=True, validate=_ID)
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


class PaperRequest(Schema):
    """Something that came on paper: the day on which it was handed in, and where its scan is kept."""

    on = Day(required=True)
    document = text(500, required=True)


class ObjectRequest(Schema):
    grounds = text(5000, required=True)
    paper = fields.Nested(PaperRequest, load_default=None, allow_none=True)


class DecideObjectionRequest(Schema):
    result = fields.String(required=True, validate=validate.OneOf(["upheld", "revoked"]))
    reason = text(2000, required=True)


class AddedRequest(Schema):
    cadre = fields.String(required=True, validate=_ID)
    role = Code("duty_role", required=True)


class CorrectRequest(Schema):
    remove = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))
    add = fields.List(fields.Nested(AddedRequest), load_default=list, validate=validate.Length(max=50))
    reason = text(2000, required=True)

    @validates_schema
    def says_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data["remove"] and not data["add"]:
            raise ValidationError("name somebody to remove or to add")


class OpenCaseRequest(Schema):
    findings = fields.List(
        fields.String(validate=_ID), required=True, validate=validate.Length(1, _MOST_FINDINGS)
    )
    reason = text(2000, required=True)


def paged(query: dict[str, Any]) -> dict[str, Any]:
    """A list's query with limit and cursor as one page."""
    filters = dict(query)
    return {"page": Page(filters.pop("limit"), filters.pop("cursor")), **filters}


class AreaFilter(PageQuery):
    area = AreaCode(load_default=None)


class DutyFilter(AreaFilter):
    cadre = fields.String(load_default=None, validate=_ID)


class ChainQuery(Schema):
    area = AreaCode(required=True)
    place_kind = Code("place_kind", load_default=None)
    category = Code("category", load_default=None)
    on = Day(load_default=None)


class WarningFilter(DutyFilter):
    finding = fields.String(load_default=None, validate=_ID)


class CaseFilter(WarningFilter):
    status = fields.String(load_default=None, validate=validate.OneOf(CASE_STATUSES))
    q = fields.String(load_default=None, validate=validate.Length(1, 100))
    elsewhere_due = Day(
        load_default=None,
        metadata={"description": "somebody is handled elsewhere, due by this day, and nothing was heard yet"},
    )


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


class CasePersonAnswer(PersonAnswer):
    position = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)


class AssignmentAnswer(Stamped):
    finding = fields.String(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    found_on = fields.Date(required=True)
    as_of = fields.Date(required=True)
    responsible = fields.List(fields.Nested(PersonAnswer), required=True)
    missing = fields.String(required=True, allow_none=True)
    unknown_cadres = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    historical = fields.Boolean(required=True)
    assigned_at = fields.DateTime(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class UnassignedAnswer(Stamped):
    finding = fields.String(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    place = fields.Dict(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    found_on = fields.Date(required=True)
    as_of = fields.Date(required=True)
    responsible = fields.List(fields.Nested(PersonAnswer), required=True)
    missing = fields.String(required=True, allow_none=True)
    unknown_cadres = fields.List(fields.String(), required=True)


class BecauseAnswer(Schema):
    rule = fields.String(required=True)
    version = fields.Integer(required=True)
    facts = fields.Dict(required=True)


class PaperAnswer(Schema):
    on = fields.Date(required=True)
    document = fields.String(required=True)


class ObjectionAnswer(Schema):
    grounds = fields.String(required=True)
    at = fields.DateTime(required=True)
    paper = fields.Nested(PaperAnswer, required=True, allow_none=True)


class DecisionAnswer(Schema):
    result = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)


class WarningAnswer(Stamped):
    finding = fields.String(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    cadre = fields.String(required=True)
    name = fields.String(required=True)
    because = fields.List(fields.Nested(BecauseAnswer), required=True)
    status = fields.String(required=True)
    issued_at = fields.DateTime(required=True)
    received_at = fields.DateTime(required=True, allow_none=True)
    revoked_reason = fields.String(required=True, allow_none=True)
    objection = fields.Nested(ObjectionAnswer, required=True, allow_none=True)
    decision = fields.Nested(DecisionAnswer, required=True, allow_none=True)


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
