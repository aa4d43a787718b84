"""talks.yaml as values: periods of talks and self-criticisms, words and faces of records. A fault stops the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.contracts import datafiles

TALKS_FILE = "talks.yaml"
LABELS = (
    "person", "position", "held_at", "place", "talkers", "recorder", "decided_by", "decision", "reason",
    "points", "statement", "follow_up", "follow_ups",
)  # fmt: skip
FACES = ("title", "label", "body")
_SAID = validate.Length(1, 500)


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The words of a record 谈话记录. `titles` by kind of measure, with `other`; `faces` of title, label and body."""

    faces: Mapping[str, str]
    titles: Mapping[str, str]
    labels: Mapping[str, str]
    follow_up_text: str
    unnumbered: str
    signature: str
    signature_line: str
    others_line: str
    refusal: str
    remark: str


@dataclass(frozen=True, slots=True)
class TalkRules:
    """`follow_up_days` after a talk the person is visited again; `submission_days` for a self-criticism."""

    follow_up_days: int
    submission_days: int
    form: RecordForm


class _Period(datafiles.SourcedSchema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))


def _texts(names: tuple[str, ...]) -> fields.Nested:
    return fields.Nested(
        Schema.from_dict({name: fields.String(required=True, validate=_SAID) for name in names}),
        required=True,
    )


def _holds(place: str) -> Any:
    def check(value: str) -> None:
        if place not in value:
            raise ValidationError(f"holds the place {place}")

    return check


def _has_other(titles: Mapping[str, str]) -> None:
    if "other" not in titles:
        raise ValidationError("other: the title where none is given for the kind")


class _Form(datafiles.SourcedSchema):
    faces = _texts(FACES)
    titles = fields.Dict(fields.String(), fields.String(validate=_SAID), required=True, validate=_has_other)
    labels = _texts(LABELS)
    follow_up_text = fields.String(required=True, validate=_holds("{day}"))
    unnumbered = fields.String(required=True, validate=_SAID)
    signature = fields.String(required=True, validate=_SAID)
    signature_line = fields.String(required=True, validate=_SAID)
    others_line = fields.String(required=True, validate=_SAID)
    refusal = fields.String(required=True, validate=_holds("{reason}"))
    remark = fields.String(required=True, validate=_SAID)


class _Talks(Schema):
    version = fields.Integer(required=True, strict=True)
    follow_up = fields.Nested(_Period, required=True)
    self_criticism = fields.Nested(_Period, required=True)
    form = fields.Nested(_Form, required=True)


def load_talks(folder: str | Path) -> TalkRules:
    """The county's rules of talks.

    Raises:
        DataFileError: naming file, line and what is wrong there.
    """
    data = datafiles.load(Path(folder) / TALKS_FILE, _Talks())
    form = {name: value for name, value in data["form"].items() if name not in ("source", "valid_from")}
    return TalkRules(data["follow_up"]["days"], data["self_criticism"]["days"], RecordForm(**form))
