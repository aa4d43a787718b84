"""likeness.yaml: when findings are suggested as the same one."""

from pathlib import Path

from marshmallow import Schema, fields, validate

from services.findings.domain.likeness import LikenessRules
from shared.contracts.datafiles import SourcedSchema, load

_PERCENT = validate.Range(0, 100)


def _percent() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=_PERCENT)


class _Place(Schema):
    same_place = _percent()
    same_area = _percent()
    around = _percent()
    same_name = _percent()
    other_area = _percent()


class _Likeness(SourcedSchema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 365))
    most = fields.Integer(required=True, strict=True, validate=validate.Range(1, 200))
    shown = fields.Integer(required=True, strict=True, validate=validate.Range(1, 50))
    wording_share = _percent()
    suggest_from = _percent()
    place = fields.Nested(_Place, required=True)
    same_words = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


def load_likeness(folder: str | Path) -> LikenessRules:
    """The county's thresholds."""
    data = load(Path(folder) / "likeness.yaml", _Likeness())
    pairs = [(word, read_as) for read_as, words in data["same_words"].items() for word in words]
    # Longer words first: 没有 is read whole before 没 is looked for.
    pairs.sort(key=lambda pair: len(pair[0]), reverse=True)
    names = ("days", "most", "shown", "wording_share", "suggest_from", "place")
    return LikenessRules(**{name: data[name] for name in names}, same_words=tuple(pairs))
