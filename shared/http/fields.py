"""Fields that requests of every service use: codes of the vocabulary, areas, times, days, bounded texts."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.http.validation import county

_SHOWN_CODES = 12
_SHANGHAI = "+08:00"
_AREA = re.compile(r"\d{6}(\d{3}(\d{3})?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Code(fields.String):
    """A code of the vocabulary's `kind`."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = str(super()._deserialize(value, attr, data, **kwargs))
        vocabulary = county().vocabulary
        if vocabulary is not None and code not in vocabulary.codes(self.kind):
            raise ValidationError(f"not a code of {self.kind}: {_offered(vocabulary.codes(self.kind))}")
        return code


def _offered(codes: Iterable[str]) -> str:
    """What may stand there instead, as far as a message can hold it."""
    codes = sorted(codes)
    if len(codes) > _SHOWN_CODES:
        return "GET /vocabulary lists them"
    return f"one of {', '.join(codes)}"


YEARS = range(1949, 2200)
"""What a county can mean. Days beyond are slips, and at the ends of the calendar nothing can be counted any more."""
_OTHER_YEAR = f"lies outside of {YEARS.start} to {YEARS.stop - 1}"


class AreaCode(fields.String):
    """The code of an area (6, 9 or 12 digits) that the county has."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = str(super()._deserialize(value, attr, data, **kwargs))
        if not _AREA.fullmatch(code):
            raise ValidationError("an area code has 6, 9 or 12 digits")
        areas = county().areas
        if areas is not None and code not in areas:
            raise ValidationError("unknown area")
        return code


class Moment(fields.Field[datetime]):
    """A time in RFC 3339 with its offset; loaded as UTC in whole milliseconds (what the database keeps)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValidationError("not a time in RFC 3339 with an offset")
        try:
            # fromisoformat takes at most six decimals of a second
            moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.upper())).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("not a time in RFC 3339 with an offset") from None
        if moment.year not in YEARS:
            raise ValidationError(_OTHER_YEAR)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class DayOrMoment(Moment):
    """A time; a day stands for its beginning in Asia/Shanghai."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, str) and _DAY.fullmatch(value):
            value = f"{value}T00:00:00{_SHANGHAI}"
        return super()._deserialize(value, attr, data, **kwargs)


class Day(fields.Field[date]):
    """A day in Asia/Shanghai, `YYYY-MM-DD`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("not a day (YYYY-MM-DD)")
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("not a day (YYYY-MM-DD)") from None
        if found.year not in YEARS:
            raise ValidationError(_OTHER_YEAR)
        return found


def text(longest: int, *, shortest: int = 1, **kwargs: Any) -> fields.String:
    """A text with a length; one of blanks only counts as empty."""
    return fields.String(validate=[validate.Length(shortest, longest), _not_blank(shortest)], **kwargs)


def _not_blank(shortest: int) -> Any:
    def check(value: str) -> None:
        if shortest and not value.strip():
            raise ValidationError("must not be blank")

    return check
