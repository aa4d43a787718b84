"""letterhead.yaml: the red head and the names below documents, by the issuing body's code."""

from collections.abc import Mapping
from pathlib import Path

from marshmallow import Schema, fields, validate

from services.reporting.domain.letterhead import Letterhead
from shared.contracts.datafiles import SourcedSchema, load


def _name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 60))


class _Row(SourcedSchema):
    issuer = fields.String(required=True, validate=validate.Length(1, 20))
    head = _name()
    signed_by = _name()
    printed_by = _name()


class _File(Schema):
    version = fields.Integer(required=True)
    source = fields.String()
    rows = fields.List(fields.Nested(_Row), required=True, validate=validate.Length(min=1))


def load_letterheads(folder: str | Path) -> Mapping[str, Letterhead]:
    """By the code of the issuing body."""
    rows = load(Path(folder) / "letterhead.yaml", _File())["rows"]
    names = ("head", "signed_by", "printed_by")
    return {row["issuer"]: Letterhead(**{name: row[name] for name in names}) for row in rows}
