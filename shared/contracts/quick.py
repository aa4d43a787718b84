"""Quick checks compiled from schemas. They only ever say "certainly valid"; every doubt is left to marshmallow.

Validating an event with marshmallow costs more than everything else that is done with it. A check made here
accepts a part of what its schema accepts, never more: what it does not know, or does not accept, marshmallow judges.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from shared.contracts.fields import Moment, is_moment

Check = Callable[[Any], bool]
_MISSING = object()


def compiled(schema: Schema) -> Check:
    """The check of a schema; one that is never certain when the schema does what cannot be compiled."""
    try:
        return _schema(schema)
    except _UnknownKindError:
        return _never


class _UnknownKindError(Exception):
    """Part of a schema that only marshmallow can judge."""


def _never(_value: Any) -> bool:
    return False


def _schema(schema: Schema) -> Check:
    # Hooks may do anything; `_hooks` is where marshmallow itself looks for them.
    if schema.unknown != INCLUDE or schema.many or schema.partial or any(type(schema)._hooks.values()):
        raise _UnknownKindError
    parts = tuple(
        (field.data_key if field.data_key is not None else name, field.required, _field(field))
        for name, field in schema.load_fields.items()
    )

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, required, valid in parts:
            found = value.get(name, _MISSING)
            if found is _MISSING:
                if required:
                    return False
            elif not valid(found):
                return False
        return True

    return check


def _field(field: Any) -> Check:
    make = _KINDS.get(type(field))
    if make is None or field.pre_load or field.post_load:
        raise _UnknownKindError
    check = make(field)
    for one in field.validators:
        check = _both(check, _validator(one))
    return _or_none(check) if field.allow_none else check


def _both(first: Check, second: Check) -> Check:
    return lambda value: first(value) and second(value)


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _text(_field: Any) -> Check:
    return lambda value: type(value) is str


def _boolean(_field: Any) -> Check:
    return lambda value: value is True or value is False


def _integer(field: Any) -> Check:
    if not field.strict or field.as_string:
        raise _UnknownKindError
    return lambda value: type(value) is int


def _raw(_field: Any) -> Check:
    return lambda value: value is not None


def _dict(field: Any) -> Check:
    if field.key_field is not None or field.value_field is not None:
        raise _UnknownKindError
    return lambda value: type(value) is dict


def _moment(_field: Any) -> Check:
    return lambda value: type(value) is str and is_moment(value)


def _list(field: Any) -> Check:
    return _all(_field(field.inner))


def _all(check: Check) -> Check:
    return lambda value: type(value) is list and all(map(check, value))


def _nested(field: Any) -> Check:
    if field.unknown not in (None, INCLUDE):
        raise _UnknownKindError
    return _schema(field.schema)


_KINDS: dict[type, Callable[[Any], Check]] = {
    fields.String: _text,
    fields.Boolean: _boolean,
    fields.Integer: _integer,
    fields.Raw: _raw,
    fields.Dict: _dict,
    fields.List: _list,
    fields.Nested: _nested,
    Moment: _moment,
}


def _validator(one: Any) -> Check:
    if type(one) is validate.Length and one.equal is None:
        least, most = one.min or 0, one.max if one.max is not None else float("inf")
        return lambda value: least <= len(value) <= most
    if type(one) is validate.OneOf:
        choices = tuple(one.choices)
        return lambda value: value in choices

    def check(value: Any) -> bool:
        try:
            one(value)
        except ValidationError:
            return False
        return True

    return check
