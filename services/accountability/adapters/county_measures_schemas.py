"""The shape of the county's measures (deploy/county/measures.yaml), for the check at start."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.accountability.adapters.county_schemas import Code, codes_of
from services.accountability.domain.effect import ADD, ALONE, HEAVIEST, REST_PLUS_NEW

_SOME = validate.Length(min=1)
_SAID = validate.Length(1, 500)


class LawSchema(Schema):
    """Where a row comes from; `verified`: somebody has checked it against the text."""

    article = fields.String(required=True, validate=_SAID)
    source = fields.String(required=True, validate=_SAID)
    valid_from = fields.Date(required=True)
    verified = fields.Boolean(required=True, truthy={True}, falsy={False})


class CombiningSchema(Schema):
    rule = fields.String(required=True, validate=validate.OneOf([ALONE, REST_PLUS_NEW]))
    same_day = fields.String(required=True, validate=validate.OneOf([HEAVIEST, ADD]))
    cap_months = fields.Integer(required=True, strict=True, allow_none=True, validate=validate.Range(1, 1200))


class FamilySchema(LawSchema):
    id = fields.String(required=True, validate=_SAID)
    zh = fields.String(required=True, validate=_SAID)
    combinable_with = fields.List(fields.String(), required=True)
    combining = fields.Nested(CombiningSchema, required=True)


class ProhibitionSchema(LawSchema):
    id = fields.String(required=True, validate=_SAID)
    families = fields.List(fields.String(), load_default=list)
    kinds = fields.List(Code("measure"), load_default=list)
    holds = fields.List(Code("identity"), load_default=list)
    lacks = fields.List(Code("identity"), load_default=list)
    bodies = fields.List(Code("deciding_body"), load_default=list)
    text = fields.String(required=True, validate=_SAID)

    @validates_schema
    def forbids_something(self, data: Mapping[str, Any], **_: Any) -> None:
        if not (data["families"] or data["kinds"]):
            raise ValidationError("names neither families nor kinds", "kinds")
        if not (data["holds"] or data["lacks"] or data["bodies"]):
            raise ValidationError("names no holds, lacks or bodies: it would forbid the kinds to everybody")


class InvestigatorsSchema(LawSchema):
    fewest = fields.Integer(required=True, strict=True, validate=validate.Range(1, 20))
    text = fields.String(required=True, validate=_SAID)


class RuleSchema(LawSchema):
    text = fields.String(required=True, validate=_SAID)


class ProcedureSchema(Schema):
    investigators = fields.Nested(InvestigatorsSchema, required=True)
    never_heavier = fields.Nested(RuleSchema, required=True)


class KindSchema(LawSchema):
    kind = Code("measure", required=True)
    family = fields.String(required=True)
    tier = fields.Integer(required=True, strict=True, validate=validate.Range(1, 4))
    weight = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    recipients = fields.List(Code("identity"), required=True)
    deciding_bodies = fields.List(Code("deciding_body"), required=True)
    effect_months = fields.Integer(
        required=True, strict=True, allow_none=True, validate=validate.Range(1, 1200)
    )
    needs_talk = fields.Boolean(required=True, truthy={True}, falsy={False})
    needs_document = fields.Boolean(required=True, truthy={True}, falsy={False})
    publishes = fields.Boolean(required=True, truthy={True}, falsy={False})
    note = fields.String(load_default=None, validate=_SAID)


class TextsSchema(Schema):
    identity_not_listed = fields.String(required=True, validate=_SAID)
    identity_unknown = fields.String(required=True, validate=_SAID)
    body_not_listed = fields.String(required=True, validate=_SAID)
    not_yet_valid = fields.String(required=True, validate=_SAID)
    listed = fields.String(required=True, validate=_SAID)
    not_verified = fields.String(required=True, validate=_SAID)
    not_combinable = fields.String(required=True, validate=_SAID)

    @validates_schema
    def words_fit(self, data: Mapping[str, str], **_: Any) -> None:
        """Braces name what is put in; what is not known there would fail on the first use."""
        for name, text in data.items():
            try:
                text.format(**dict.fromkeys(_WORDS.get(name, ()), ""))
            except (KeyError, IndexError, ValueError):
                known = ", ".join(_WORDS.get(name, ())) or "nothing"
                raise ValidationError(f"only {known} can stand in braces", name) from None


_WORDS = {
    "identity_not_listed": ("identity",),
    "body_not_listed": ("body",),
    "not_yet_valid": ("valid_from",),
    "listed": ("kind",),
    "not_combinable": ("kind", "other"),
}


class MeasuresSchema(Schema):
    version = fields.Integer(required=True, strict=True)
    texts = fields.Nested(TextsSchema, required=True)
    families = fields.List(fields.Nested(FamilySchema), required=True, validate=_SOME)
    prohibitions = fields.List(fields.Nested(ProhibitionSchema), required=True)
    procedure = fields.Nested(ProcedureSchema, required=True)
    kinds = fields.List(fields.Nested(KindSchema), required=True, validate=_SOME)

    @validates_schema
    def families_are_known(self, data: Mapping[str, Any], **_: Any) -> None:
        known = {row["id"] for row in data["families"]}
        for part, field in (("families", "combinable_with"), ("prohibitions", "families")):
            for position, row in enumerate(data[part]):
                unknown = set(row[field]) - known
                if unknown:
                    raise ValidationError({part: {position: {field: [_unknown(unknown)]}}})
        for position, row in enumerate(data["kinds"]):
            if row["family"] not in known:
                raise ValidationError({"kinds": {position: {"family": [_unknown({row["family"]})]}}})

    @validates_schema
    def each_once(self, data: Mapping[str, Any], **_: Any) -> None:
        for part, key in (
            ("families", ("id",)),
            ("prohibitions", ("id",)),
            ("kinds", ("kind", "valid_from")),
        ):
            seen = set()
            for position, row in enumerate(data[part]):
                found = tuple(row[one] for one in key)
                if found in seen:
                    raise ValidationError({part: {position: {key[0]: ["stands twice"]}}})
                seen.add(found)

    @validates_schema
    def every_kind_is_there(self, data: Mapping[str, Any], **_: Any) -> None:
        missing = codes_of("measure") - {row["kind"] for row in data["kinds"]}
        if missing:
            raise ValidationError(f"lacks {', '.join(sorted(missing))}", "kinds")


def _unknown(families: set[str]) -> str:
    return f"{', '.join(sorted(families))}: no such family"
