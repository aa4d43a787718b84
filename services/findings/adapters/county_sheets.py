"""columns.yaml: how findings, old ledgers and answers stand in sheets, and the words for moves in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from services.findings.application.columns import KINDS, Column, Sheet
from services.findings.domain.moves import Move
from shared.contracts.areas import Areas
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary


class _Column(SourcedSchema):
    field = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    required = fields.Boolean(required=True)
    of = fields.String(load_default=None)


class _Word(SourcedSchema):
    id = fields.String(required=True)
    label = fields.String(required=True)


def _some(row: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(row), required=True, validate=validate.Length(min=1))


class _Columns(Schema):
    class Meta:
        unknown = EXCLUDE

    findings = _some(_Column)
    ledger = _some(_Column)
    shown = _some(_Column)
    answers = _some(_Column)
    moves = _some(_Word)
    results = _some(_Word)
    ignored = fields.String(load_default="")


@dataclass(frozen=True)
class Sheets:
    """The sheet of new findings, that of an old ledger, and that of answers with the columns `shown` beside them."""

    findings: Sheet
    ledger: Sheet
    answers: Sheet
    shown: Sequence[Column]


def load_sheets(folder: str | Path, vocabulary: Vocabulary, areas: Areas) -> Sheets:
    """The sheets of the county; each knows the labels of moves and results beside those of the vocabulary."""
    path = Path(folder) / "columns.yaml"
    data = load(path, _Columns())
    words = {kind: {row["id"]: row["label"] for row in data[f"{kind}s"]} for kind in ("move", "result")}
    _check_words(path, words)
    known = Vocabulary({**vocabulary.raw, **words})
    ignored = frozenset(data["ignored"].split())

    def columns(*sections: str) -> list[Column]:
        return _columns(path, known, [row for section in sections for row in data[section]])

    shown = columns("shown")
    answers = columns("answers")
    columns("shown", "answers")  # a label that stands in both would be read as the wrong one
    return Sheets(
        Sheet(columns("findings"), ignored, known, areas),
        Sheet(columns("findings", "ledger"), ignored, known, areas),
        Sheet(answers, ignored | {column.label for column in shown}, known, areas),
        shown,
    )


def _columns(path: Path, vocabulary: Vocabulary, rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    found = [Column(row["field"], row["label"], row["kind"], row["required"], row["of"]) for row in rows]
    for name in ("label", "field"):
        values = [getattr(column, name) for column in found]
        if len(set(values)) < len(values):
            raise DataFileError(f"{path}: a {name} stands twice")
    for column in found:
        if column.kind == "code" and not vocabulary.codes(column.of or ""):
            raise DataFileError(f"{path}: {column.field}: {column.of} is no kind of codes")
    return found


def _check_words(path: Path, words: Mapping[str, Mapping[str, str]]) -> None:
    for kind, labels in words.items():
        if len(set(labels.values())) < len(labels):
            raise DataFileError(f"{path}: {kind}s: a label stands twice")
    unknown = words["move"].keys() - {move.value for move in Move}
    if unknown:
        raise DataFileError(f"{path}: moves: {', '.join(sorted(unknown))}: no move of a finding")
