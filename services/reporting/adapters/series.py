"""series.yaml: how bulletins are numbered, by the issuing body's code."""

from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.reporting.domain.bulletin import AUTHORS
from services.reporting.domain.series import Series
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

_BULLETIN = "bulletin"


class _Row(SourcedSchema):
    id = fields.String(required=True)
    format = fields.String(required=True)
    issuer = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 20))
    kinds = fields.List(fields.String(validate=validate.OneOf(sorted(AUTHORS))), load_default=list)
    area = fields.String(load_default="", validate=validate.Regexp(r"\A(\d{6}(\d{3}){0,2})?\Z"))


class _File(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_Row), required=True)


def load_series(folder: str | Path) -> tuple[Series, ...]:
    """The rows of bulletins.

    Raises:
        DataFileError: a row without an issuer, a format without {year} or {n}, or not one row for every kind.
    """
    path = Path(folder) / "series.yaml"
    rows = [row for row in load(path, _File())["rows"] if row["id"] == _BULLETIN]
    for row in rows:
        if row["issuer"] is None or "{year}" not in row["format"] or "{n}" not in row["format"]:
            raise DataFileError(
                f"{path}: a bulletin's row needs an issuer and a format with {{year}} and {{n}}"
            )
    named = [(row["area"], kind) for row in rows for kind in row["kinds"]]
    others = [row["area"] for row in rows if not row["kinds"]]
    if len(set(named)) < len(named) or others != [""]:
        raise DataFileError(
            f"{path}: in an area each kind of bulletin belongs to one row; one row names neither kinds nor an area"
        )
    names = ("issuer", "format", "area")
    return tuple(Series(**{name: row[name] for name in names}, kinds=frozenset(row["kinds"])) for row in rows)
