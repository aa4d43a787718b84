"""The days on which people work otherwise than by the week: the national calendar, the county's laid over it."""

from datetime import date
from pathlib import Path

from chinese_calendar import constants
from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts.datafiles import SourcedSchema, load

CALENDAR_FILE = "calendar.yaml"


class _Day(SourcedSchema):
    date = fields.Date(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["holiday", "workday"]))


class _Calendar(Schema):
    class Meta:
        unknown = EXCLUDE

    days = fields.List(fields.Nested(_Day), required=True)


def load_exceptions(folder: str | Path) -> dict[date, bool]:
    """Holidays (False) and make-up workdays (True).

    Raises:
        DataFileError: naming the file, the line and what is wrong there.
    """
    days: dict[date, bool] = dict.fromkeys(constants.holidays, False)
    days.update(dict.fromkeys(constants.workdays, True))
    for row in load(Path(folder) / CALENDAR_FILE, _Calendar())["days"]:
        days[row["date"]] = row["kind"] == "workday"
    return days
