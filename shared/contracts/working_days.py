"""The days on which people work: by the week, save for the national calendar and the county's laid over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from chinese_calendar import constants
from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts.datafiles import SourcedSchema, load

CALENDAR_FILE = "calendar.yaml"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A working day; `provisional` when it was found in a year nobody has announced the holidays of."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday, save for `exceptions`: holidays (False) and make-up days (True), known for `years`."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`."""
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def after(self, day: date, count: int) -> WorkingDay:
        """The `count`-th working day after `day`, which itself does not count; with 0, `day` itself."""
        known = day.year in self.years
        while count > 0:
            day += _ONE_DAY
            known = known and day.year in self.years
            count -= self.is_working(day)
        return WorkingDay(day, not known)


class _Day(SourcedSchema):
    date = fields.Date(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["holiday", "workday"]))


class _Calendar(Schema):
    class Meta:
        unknown = EXCLUDE

    days = fields.List(fields.Nested(_Day), required=True)


def _exceptions(folder: str | Path) -> dict[date, bool]:
    """Holidays (False) and make-up workdays (True)."""
    days: dict[date, bool] = dict.fromkeys(constants.holidays, False)
    days.update(dict.fromkeys(constants.workdays, True))
    for row in load(Path(folder) / CALENDAR_FILE, _Calendar())["days"]:
        days[row["date"]] = row["kind"] == "workday"
    return days


def load_calendar(folder: str | Path) -> WorkingCalendar:
    """The working days of the county whose data files are in `folder`.

    Raises:
        DataFileError: naming the file, the line and what is wrong there.
    """
    days = _exceptions(folder)
    return WorkingCalendar(days, frozenset(day.year for day in days))
