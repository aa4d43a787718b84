"""visits.yaml: when another team's visit to the same place is named."""

from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.findings.domain.visit import Nearby
from shared.contracts.datafiles import SourcedSchema, load


class _SamePlace(SourcedSchema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    most = fields.Integer(required=True, strict=True, validate=validate.Range(1, 50))


class _Visits(Schema):
    class Meta:
        unknown = EXCLUDE

    same_place = fields.Nested(_SamePlace, required=True)


def load_visits(folder: str | Path) -> Nearby:
    """The county's rule."""
    row = load(Path(folder) / "visits.yaml", _Visits())["same_place"]
    return Nearby(row["days"], row["most"])
