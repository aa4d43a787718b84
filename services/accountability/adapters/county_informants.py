"""informants.yaml as the domain's values. A fault stops the start with file and line."""

from datetime import date, timedelta
from pathlib import Path

from marshmallow import Schema, fields, validate

from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

INFORMANTS_FILE = "informants.yaml"


class _Reading(SourcedSchema):
    id = fields.String(required=True, validate=validate.Equal("reading"))
    hours = fields.Integer(required=True, strict=True, validate=validate.Range(1, 720))
    verified = fields.Boolean(required=True)


class _Periods(Schema):
    version = fields.Integer(required=True, strict=True)
    periods = fields.List(fields.Nested(_Reading), required=True)


def load_reading_period(folder: str | Path, today: date) -> timedelta:
    """For how long a granted request opens the name of an informant.

    Raises:
        DataFileError: naming file, line and what is wrong there.
    """
    path = Path(folder) / INFORMANTS_FILE
    rows = sorted(load(path, _Periods())["periods"], key=lambda row: row["valid_from"])
    valid = [row for row in rows if row["valid_from"] <= today] or rows[:1]
    if not valid:
        raise DataFileError(f"{path}: needs a row with the id reading")
    return timedelta(hours=valid[-1]["hours"])
