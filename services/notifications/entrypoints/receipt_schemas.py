"""The shape of what is recorded of a receipt."""

from marshmallow import Schema, fields, validate

from shared.http.fields import Moment

_NAME = validate.And(validate.Length(1, 100), validate.Regexp(r".*\S", error="must not be blank"))
_TEXT = validate.And(validate.Length(1, 1000), validate.Regexp(r"(?s).*\S", error="must not be blank"))


class RefuseRequest(Schema):
    witnesses = fields.List(
        fields.String(validate=_NAME), required=True, validate=validate.Length(min=2, max=10)
    )
    reason = fields.String(required=True, validate=_TEXT)
    at = Moment(load_default=None, allow_none=True)


class PaperRequest(Schema):
    at = Moment(required=True)
    by = fields.String(required=True, validate=_NAME)


class PhoneRequest(Schema):
    at = Moment(required=True)
    by = fields.String(required=True, validate=_NAME)
    answered_by = fields.String(required=True, validate=_NAME)
