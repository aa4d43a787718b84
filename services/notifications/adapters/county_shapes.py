"""The shapes of the county's files that say who is told what and when, whom to call, and what rules are called."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.domain.contact import KINDS
from services.notifications.domain.policy import SELECTORS, Urgency
from shared.contracts.datafiles import SourcedSchema

WORKING_DAYS, _EVERY_DAY = "working_days", "every_day"
_ALWAYS, _NEVER = "always", "never"


class _Urgent(fields.Field[Urgency]):
    """`always`, `never`, or what makes it urgent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Urgency:
        if value in (_ALWAYS, _NEVER):
            return Urgency(always=value == _ALWAYS)
        if not isinstance(value, Mapping) or not set(value) <= {"immediate", "severity"}:
            raise ValidationError("must be always, never, or a map of immediate and severity")
        return Urgency(
            immediate=bool(value.get("immediate", False)), severities=frozenset(value.get("severity", ()))
        )


class _Row(SourcedSchema):
    id = fields.String(required=True, validate=validate.Length(1, 100))
    event = fields.String(required=True)
    when = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()), load_default=dict)
    recipients = fields.List(
        fields.String(validate=validate.OneOf(SELECTORS)), required=True, validate=validate.Length(min=1)
    )
    channels = fields.List(fields.String(validate=validate.OneOf(KINDS)), required=True)
    template = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]+$"))
    urgent = _Urgent(required=True)


class _Quiet(Schema):
    from_ = fields.Time(required=True, format="%H:%M", data_key="from")
    to = fields.Time(required=True, format="%H:%M")


class _Outside(SourcedSchema):
    gather_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1440))
    digest_at = fields.Time(required=True, format="%H:%M")
    quiet_hours = fields.Nested(_Quiet, load_default=None, allow_none=True)
    repeat_hours = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 168))
    digest_on = fields.String(load_default=WORKING_DAYS, validate=validate.OneOf([WORKING_DAYS, _EVERY_DAY]))


class _Receipts(SourcedSchema):
    remind_after_working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 60))
    leader_after_working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 60))
    link_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 90))

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["leader_after_working_days"] <= data["remind_after_working_days"]:
            raise ValidationError("must be later than the reminder", "leader_after_working_days")


class PoliciesFile(Schema):
    class Meta:
        unknown = EXCLUDE

    outside = fields.Nested(_Outside, required=True)
    receipts = fields.Nested(_Receipts, required=True)
    policies = fields.List(fields.Nested(_Row), required=True)


class _Rule(SourcedSchema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(load_default="")


class RulesFile(Schema):
    class Meta:
        unknown = EXCLUDE

    rules = fields.List(fields.Nested(_Rule), required=True)


class _Phone(SourcedSchema):
    area = fields.String(required=True)
    name = fields.String(required=True)
    telephone = fields.String(required=True)
    hours = fields.String(load_default=None, allow_none=True)


class PhonesFile(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_Phone), required=True)
