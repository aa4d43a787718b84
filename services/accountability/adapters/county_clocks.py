"""clocks.yaml, as the domain's values. A fault stops the start with file and line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.accountability.adapters.county import load
from services.accountability.adapters.county_measures_schemas import LawSchema
from services.accountability.adapters.county_schemas import Code
from services.accountability.domain.measure_kinds import Source
from services.accountability.domain.statutory_clock import ENDS, EVENT, STAGES, UNITS, ClockRule, ClockRules
from shared.contracts import accountability as contract
from shared.contracts.vocabulary import Vocabulary

CLOCKS_FILE = "clocks.yaml"
_SAID = validate.Length(1, 200)
_EVENTS = frozenset(
    event for event in contract.SCHEMAS if event.partition(".")[0] in ("case", "measure", "talk", "appeal")
)
_STARTING = frozenset(event for event in _EVENTS if event.partition(".")[0] in ("case", "measure", "appeal"))


class _Rule(LawSchema):
    id = fields.String(required=True, validate=_SAID)
    title = fields.String(required=True, validate=_SAID)
    trigger = fields.String(required=True, validate=validate.OneOf(sorted(_STARTING)))
    since = fields.String(required=True, validate=_SAID)
    families = fields.List(fields.String(), load_default=list)
    bodies = fields.List(Code("deciding_body"), load_default=list)
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))
    remind_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    stops = fields.List(fields.String(), required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    ends = fields.String(load_default=EVENT, validate=validate.OneOf(ENDS))

    @validates_schema
    def stops_are_events(self, data: Mapping[str, Any], **_: Any) -> None:
        for position, stop in enumerate(data["stops"]):
            if stop.partition(":")[0] not in _EVENTS:
                raise ValidationError({"stops": {position: [f"{stop}: no event of a case or of its parts"]}})


class _Clocks(Schema):
    version = fields.Integer(required=True, strict=True)
    rules = fields.List(fields.Nested(_Rule), required=True)

    @validates_schema
    def each_once(self, data: Mapping[str, Any], **_: Any) -> None:
        seen = set()
        for position, rule in enumerate(data["rules"]):
            key = rule["id"], rule["valid_from"]
            if key in seen:
                raise ValidationError({"rules": {position: {"id": ["stands twice with this valid_from"]}}})
            seen.add(key)


def load_clock_rules(folder: str | Path, vocabulary: Vocabulary) -> ClockRules:
    """The county's clocks."""
    data = load(Path(folder) / CLOCKS_FILE, _Clocks(), vocabulary)
    return ClockRules([_rule(row) for row in data["rules"]])


def _rule(row: dict[str, Any]) -> ClockRule:
    rest = dict(row)
    law = Source(**{name: rest.pop(name) for name in ("article", "source", "valid_from", "verified")})
    for name in ("families", "bodies"):
        rest[name] = frozenset(rest[name])
    return ClockRule(**{**rest, "stops": tuple(rest["stops"])}, law=law)
