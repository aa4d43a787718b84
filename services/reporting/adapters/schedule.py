"""schedule.yaml: which bulletins draft themselves, and when."""

from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.reporting.domain.bulletin import AUTHORS
from services.reporting.domain.schedule import EVERY_DAY, WEEK, Row
from shared.contracts.areas import Areas
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

_KINDS = sorted(kind for kind, role in AUTHORS.items() if role == "office")
"""Others need a judgment before there is a draft."""


class _Row(SourcedSchema):
    id = fields.String(required=True, validate=validate.Length(1, 50))
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    area = fields.String(required=True)
    at = fields.Time(required=True, format="%H:%M")
    each = fields.String(required=True, validate=validate.OneOf([EVERY_DAY, *WEEK]))
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 366))


class _File(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_Row), required=True)


def load_schedule(folder: str | Path, areas: Areas) -> tuple[Row, ...]:
    """The rows; an area that there is not in this county is left to counties that have it.

    Raises:
        DataFileError: naming the file and what is wrong in it.
    """
    path = Path(folder) / "schedule.yaml"
    rows = load(path, _File())["rows"]
    ids = [row["id"] for row in rows]
    if len(set(ids)) < len(ids):
        raise DataFileError(f"{path}: an id stands twice")
    names = ("id", "kind", "area", "at", "each", "days", "valid_from")
    return tuple(Row(**{name: row[name] for name in names}) for row in rows if row["area"] in areas)
