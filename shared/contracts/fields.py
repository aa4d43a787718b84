"""Field kinds that several contracts use."""

from datetime import datetime
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"


class EventSchema(Schema):
    """The public state of a document. Within a version fields are only added, so unknown ones are let
    through."""

    class Meta:
        unknown = INCLUDE


class Moment(fields.Field[str]):
    """A time as RFC 3339 text with offset; checked, kept as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not is_moment(value):
            raise ValidationError("not a time in RFC 3339 with an offset")
        return value


def is_moment(value: str) -> bool:
    """Whether it is a time with an offset."""
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def text(required: bool = True, none: bool = False) -> fields.String:
    """A text of any length."""
    return fields.String(required=required, allow_none=none)


def key(required: bool = True, none: bool = False) -> fields.String:
    """An identifier or a code: 1 to 100 characters."""
    return fields.String(required=required, allow_none=none, validate=validate.Length(1, 100))


def day(required: bool = False, none: bool = True) -> fields.String:
    """A day in Asia/Shanghai, `YYYY-MM-DD`."""
    return fields.String(required=required, allow_none=none, validate=validate.Regexp(DATE_PATTERN))


def moment(required: bool = True, none: bool = False) -> Moment:
    """A time, RFC 3339 with offset."""
    return Moment(required=required, allow_none=none)


class Change(EventSchema):
    """What happened: the move, when, and (by role or system) who."""

    move = key()
    at = moment()
    by = key(required=False, none=True)
    note = text(required=False, none=True)
