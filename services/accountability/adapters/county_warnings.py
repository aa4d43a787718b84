"""warnings.yaml as the domain's values. A fault stops the start with file and line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from marshmallow import Schema, fields, validate

from services.accountability.domain.calendar import WorkingCalendar
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

WARNINGS_FILE = "warnings.yaml"
OBJECTION = "objection"


class _Period(SourcedSchema):
    id = fields.String(required=True, validate=validate.OneOf([OBJECTION]))
    working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 365))
    verified = fields.Boolean(required=True)


class _Periods(Schema):
    version = fields.Integer(required=True, strict=True)
    periods = fields.List(fields.Nested(_Period), required=True)


def load_objection_period(folder: str | Path, calendar: WorkingCalendar) -> Callable[[date], date]:
    """The last day for an objection, by the day on which the warning was received.

    Raises:
        DataFileError: naming file, line and what is wrong there.
    """
    path = Path(folder) / WARNINGS_FILE
    rows = sorted(load(path, _Periods())["periods"], key=lambda row: row["valid_from"])
    if not rows:
        raise DataFileError(f"{path}: needs a row with the id {OBJECTION}")

    def last_day(received: date) -> date:
        valid = [row for row in rows if row["valid_from"] <= received] or rows[:1]
        return calendar.after(received, valid[-1]["working_days"]).day

    return last_day
