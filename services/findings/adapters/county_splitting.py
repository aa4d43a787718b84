"""splitting.yaml: the words by which a pasted note is taken apart."""

from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from services.findings.domain.splitting import SplittingRules
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary


def _words() -> fields.List[str]:
    word = fields.String(required=True, validate=validate.Length(min=1))
    return fields.List(word, required=True, validate=validate.Length(min=1))


class _Words(Schema):
    problem_words = _words()
    suggestion_words = _words()
    good_words = _words()
    total_words = _words()
    heading_words = _words()
    area_suffixes = _words()
    counters = _words()


class _Splitting(SourcedSchema):
    words = fields.Nested(_Words, required=True)
    categories = fields.Dict(keys=fields.String(), values=_words(), required=True)
    place_kinds = fields.Dict(keys=fields.String(), values=_words(), required=True)


def load_splitting(folder: str | Path, vocabulary: Vocabulary) -> SplittingRules:
    """The county's words; the vocabulary's labels count as words of their codes."""
    path = Path(folder) / "splitting.yaml"
    data = load(path, _Splitting())
    words: dict[str, Any] = {}
    for name, kind in (("categories", "category"), ("place_kinds", "place_kind")):
        unknown = data[name].keys() - vocabulary.codes(kind)
        if unknown:
            raise DataFileError(f"{path}: {', '.join(sorted(unknown))}: no code of {kind}")
        words[name] = {
            code: tuple(dict.fromkeys([*of, vocabulary.label(kind, code)])) for code, of in data[name].items()
        }
    words |= {name: tuple(of) for name, of in data["words"].items()}
    return SplittingRules(**words)
