"""The county's data files (deploy/county) and the national calendar, as the domain's values.

A file that cannot be used stops the start with its name and the line.
"""

from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.findings.domain.deadlines import DeadlineRow, DeadlineRules, DisputePeriod, ImmediateRule
from services.findings.domain.levels import ClockRules, Level, Reminder, Verification
from services.findings.domain.numbering import NumberFormat
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary
from shared.contracts.working_days import load_calendar


class _DeadlineRow(SourcedSchema):
    severity = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))


class _Immediate(SourcedSchema):
    due_at = fields.Time(required=True, format="%H:%M")
    posted_after = fields.Time(required=True, format="%H:%M")


class _Dispute(SourcedSchema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))


class _Level(SourcedSchema):
    level = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9))
    working_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    supervised = fields.Boolean(required=True)


class _Reminder(SourcedSchema):
    percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 99))


class _Verification(SourcedSchema):
    working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 365))


class _Clocks(Schema):
    class Meta:
        unknown = EXCLUDE

    overdue = fields.List(fields.Nested(_Level), required=True, validate=validate.Length(min=1))
    reminder = fields.List(fields.Nested(_Reminder), required=True)
    verification = fields.List(fields.Nested(_Verification), required=True)


class _Deadlines(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_DeadlineRow), required=True, validate=validate.Length(min=1))
    immediate = fields.Nested(_Immediate, required=True)
    dispute = fields.List(fields.Nested(_Dispute), required=True, validate=validate.Length(min=1))


class _Row(SourcedSchema):
    id = fields.String(required=True)
    format = fields.String(required=True)


class _Series(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_Row), required=True)


def load_rules(folder: str | Path, vocabulary: Vocabulary) -> DeadlineRules:
    """deadlines.yaml, on the calendar of the same folder."""
    path = Path(folder) / "deadlines.yaml"
    data = load(path, _Deadlines())
    rows = [
        DeadlineRow(row["severity"], row["category"], row["working_days"], row["valid_from"])
        for row in data["rows"]
    ]
    for kind in ("severity", "category"):
        unknown = {getattr(row, kind) for row in rows} - vocabulary.codes(kind) - {None}
        if unknown:
            raise DataFileError(f"{path}: {', '.join(sorted(unknown))}: no code of {kind}")
    missing = vocabulary.codes("severity") - {row.severity for row in rows if row.category is None}
    if missing:
        raise DataFileError(f"{path}: no row for severity {', '.join(sorted(missing))} and any category")
    immediate = ImmediateRule(data["immediate"]["due_at"], data["immediate"]["posted_after"])
    disputes = [DisputePeriod(row["days"], row["valid_from"]) for row in data["dispute"]]
    return DeadlineRules(rows, immediate, load_calendar(folder), disputes)


def load_clocks(folder: str | Path) -> ClockRules:
    """The periods of deadlines.yaml after which something is told, on the calendar of the same folder."""
    path = Path(folder) / "deadlines.yaml"
    data = load(path, _Clocks())
    levels = [
        Level(row["level"], row["working_days"], row["supervised"], row["valid_from"])
        for row in data["overdue"]
    ]
    if len({(row.level, row.valid_from) for row in levels}) < len(levels):
        raise DataFileError(f"{path}: overdue: a level stands twice with one valid_from")
    reminders = [Reminder(row["percent"], row["valid_from"]) for row in data["reminder"]]
    waits = [Verification(row["working_days"], row["valid_from"]) for row in data["verification"]]
    return ClockRules(levels, reminders, waits, load_calendar(folder))


def load_number_format(folder: str | Path) -> NumberFormat:
    """How findings are numbered, of series.yaml."""
    path = Path(folder) / "series.yaml"
    rows = [row for row in load(path, _Series())["rows"] if row["id"] == "finding"]
    if len(rows) != 1:
        raise DataFileError(f"{path}: needs exactly one row with the id finding")
    pattern = rows[0]["format"]
    if "{year}" not in pattern or "{n}" not in pattern:
        raise DataFileError(f"{path}: the format of finding needs {{year}} and {{n}}")
    return NumberFormat(pattern)
