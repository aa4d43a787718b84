"""The shape of the county's rules (deploy/county/rules.yaml), for the check at start."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.vocabulary import Vocabulary

_vocabulary: ContextVar[Vocabulary] = ContextVar("duze_rules_vocabulary")


@contextmanager
def of_vocabulary(vocabulary: Vocabulary) -> Iterator[None]:
    """Check codes against `vocabulary` within the block."""
    token = _vocabulary.set(vocabulary)
    try:
        yield
    finally:
        _vocabulary.reset(token)


def codes_of(kind: str) -> frozenset[str]:
    """The codes of the vocabulary that is checked against."""
    return _vocabulary.get().codes(kind)


class Code(fields.String):
    """A code of the vocabulary's kind."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = str(super()._deserialize(value, attr, data, **kwargs))
        if code not in codes_of(self.kind):
            raise ValidationError(f"{code!r} is not a code of {self.kind}")
        return code


class OneOrMore(fields.List):
    """A list, or a single value that stands for a list of one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = value if isinstance(value, list) else [value]
        return list(super()._deserialize(given, attr, data, **kwargs))


_SOME = validate.Length(min=1)


class RepeatSchema(Schema):
    same = fields.List(fields.String(), required=True)
    days_with_findings = fields.Integer(required=True, strict=True, validate=validate.Range(2, 10))
    within_days = fields.Integer(required=True, strict=True, validate=validate.Range(2, 366))
    once_per = fields.List(
        fields.String(validate=validate.OneOf(["day", "group"])), load_default=lambda: ["day"]
    )
    ignore_severity = fields.List(Code("severity"), load_default=list)
    ignore_status = fields.List(fields.String(), load_default=lambda: ["withdrawn"])

    @validates_schema
    def supported(self, data: Mapping[str, Any], **_: Any) -> None:
        if sorted(data["same"]) != ["cadre", "category"]:
            raise ValidationError("must be category and cadre", "same")
        if "day" not in data["once_per"]:
            raise ValidationError("must name day: days are what is counted", "once_per")
        if data["ignore_status"] != ["withdrawn"]:
            raise ValidationError("must be withdrawn alone: such a finding never counts", "ignore_status")


class WarningsSchema(Schema):
    count = fields.Integer(required=True, strict=True, validate=validate.Range(2, 50))
    within_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 366))


class FitSchema(Schema):
    severity = OneOrMore(Code("severity"), load_default=None, validate=_SOME)
    category = OneOrMore(Code("category"), load_default=None, validate=_SOME)


class WhenSchema(FitSchema):
    result = OneOrMore(
        fields.String(validate=validate.OneOf(["pass", "fail"])), load_default=None, validate=_SOME
    )
    level = OneOrMore(
        fields.Integer(strict=True, validate=validate.Range(1, 3)), load_default=None, validate=_SOME
    )
    repeat = fields.Nested(RepeatSchema, load_default=None)
    warnings = fields.Nested(WarningsSchema, load_default=None)
    one_of = fields.List(fields.Nested(FitSchema), data_key="any", load_default=list)

    @validates_schema
    def asks_something(self, data: Mapping[str, Any], **_: Any) -> None:
        if not any(data.values()):
            raise ValidationError("asks for nothing: it would fit everything")


class SuggestionSchema(Schema):
    measure = Code("measure", required=True)
    otherwise = Code("measure", load_default=None)


class WarningSchema(Schema):
    to = fields.List(Code("duty_role"), required=True, validate=_SOME)


class CaseSchema(Schema):
    suggest = fields.List(fields.Nested(SuggestionSchema), load_default=list)


class ThenSchema(Schema):
    warning = fields.Nested(WarningSchema, load_default=None)
    case = fields.Nested(CaseSchema, load_default=None)

    @validates_schema
    def one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["warning"] is None) == (data["case"] is None):
            raise ValidationError("must have either warning or case")


class RuleSchema(Schema):
    id = fields.String(required=True, validate=validate.Length(1, 100))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    title = fields.String(required=True, validate=_SOME)
    on = fields.String(required=True, validate=validate.OneOf(["finding", "revisit", "overdue", "warning"]))
    when = fields.Nested(WhenSchema, required=True)
    then = fields.Nested(ThenSchema, required=True)
    source = fields.String(required=True, validate=_SOME)
    valid_from = fields.Date(required=True)
    verified = fields.Boolean(required=True)

    @validates_schema
    def asks_what_is_there(self, data: Mapping[str, Any], **_: Any) -> None:
        grounds = {"result": "revisit", "level": "overdue", "repeat": "finding", "warnings": "warning"}
        for name, ground in grounds.items():
            if data["when"][name] is not None and data["on"] != ground:
                raise ValidationError({"when": {name: [f"is asked on {ground} only"]}})
        if data["on"] == "warning" and (data["when"]["warnings"] is None or data["then"]["case"] is None):
            raise ValidationError(
                {"on": ["a rule about warnings counts them (when.warnings) and leads to a case"]}
            )


class RulesSchema(Schema):
    version = fields.Integer(required=True, strict=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True, validate=_SOME)

    @validates_schema
    def each_once(self, data: Mapping[str, Any], **_: Any) -> None:
        seen: set[tuple[str, int]] = set()
        for position, rule in enumerate(data["rules"]):
            key = rule["id"], rule["version"]
            if key in seen:
                raise ValidationError({"rules": {position: {"version": ["stands twice with this id"]}}})
            seen.add(key)
