"""The county's data files about evidence: how long an upload waits, and what is worth a second look."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from services.findings.domain.review import (
    BackSoonRule,
    FlagRule,
    PhotoBeforeRule,
    ReviewRules,
    SimilarReportRule,
)
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError


def _whole(low: int, high: int) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(low, high))


class _Upload(SourcedSchema):
    unattached_days = _whole(1, 365)


class _Flag(SourcedSchema):
    weight = _whole(0, 100)
    because = fields.String(required=True, validate=validate.Length(1, 200))


class _SimilarReport(_Flag):
    score = fields.Float(required=True, validate=validate.Range(50, 100))
    shortest = _whole(1, 1000)
    days = _whole(1, 3650)
    most = _whole(1, 200)


class _PhotoBefore(_Flag):
    minutes = _whole(0, 14400)


class _BackSoon(_Flag):
    days = _whole(1, 3650)


class _Flags(Schema):
    same_photo = fields.Nested(_Flag, required=True)
    similar_report = fields.Nested(_SimilarReport, required=True)
    photo_before_finding = fields.Nested(_PhotoBefore, required=True)
    completed_before_finding = fields.Nested(_Flag, required=True)
    back_soon = fields.Nested(_BackSoon, required=True)


class _Evidence(Schema):
    class Meta:
        unknown = EXCLUDE

    upload = fields.Nested(_Upload, required=True)
    flags = fields.Nested(_Flags, required=True)


_FACTS: dict[str, dict[str, object]] = {
    "same_photo": {"numbers": ""},
    "similar_report": {"number": "", "score": 0},
    "photo_before_finding": {"taken_at": "", "found_at": ""},
    "completed_before_finding": {"completed_on": "", "found_on": ""},
    "back_soon": {"number": "", "days": 0},
}


def load_evidence_rules(folder: str | Path) -> tuple[timedelta, ReviewRules]:
    """evidence.yaml: how long an upload waits for its finding, and the rules of flags.

    Raises:
        DataFileError: with file and line, or the flag whose sentence names a fact that there is not.
    """
    path = Path(folder) / "evidence.yaml"
    data = load(path, _Evidence())
    flags: dict[str, dict[str, Any]] = data["flags"]
    for kind, row in flags.items():
        try:
            row["because"].format(**_FACTS[kind])
        except (LookupError, ValueError) as exc:
            known = ", ".join(f"{{{name}}}" for name in _FACTS[kind])
            raise DataFileError(f"{path}: flags.{kind}.because: may name {known} only") from exc
    rules = ReviewRules(
        same_photo=_rule(FlagRule, flags["same_photo"]),
        similar_report=_rule(SimilarReportRule, flags["similar_report"]),
        photo_before_finding=_rule(PhotoBeforeRule, flags["photo_before_finding"]),
        completed_before_finding=_rule(FlagRule, flags["completed_before_finding"]),
        back_soon=_rule(BackSoonRule, flags["back_soon"]),
    )
    return timedelta(days=data["upload"]["unattached_days"]), rules


def _rule(kind: Any, row: dict[str, Any]) -> Any:
    return kind(**{name: value for name, value in row.items() if name not in ("source", "valid_from")})
