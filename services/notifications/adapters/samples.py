"""Sample facts of the templates (samples.yaml): what a preview shows, and what templates are tried with at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts.datafiles import load
from shared.contracts.errors import DataFileError

FILE = "samples.yaml"
Facts = Mapping[str, Any]


class _Bases(Schema):
    recipient = fields.Dict(required=True, validate=validate.Length(min=1))
    finding = fields.Dict(required=True, validate=validate.Length(min=1))
    case = fields.Dict(required=True, validate=validate.Length(min=1))
    bulletin = fields.Dict(required=True, validate=validate.Length(min=1))
    receipt = fields.Dict(load_default=dict)


class _Row(Schema):
    of = fields.String(required=True, validate=validate.OneOf(["finding", "case", "bulletin", "receipt"]))
    samples = fields.Dict(
        keys=fields.String(), values=fields.Dict(), required=True, validate=validate.Length(min=1)
    )


class _File(Schema):
    class Meta:
        unknown = EXCLUDE

    facts = fields.Nested(_Bases, required=True)
    templates = fields.Dict(keys=fields.String(), values=fields.Nested(_Row), required=True)


@dataclass(frozen=True, slots=True)
class Samples:
    """By template, then by the sample's name: everything a template may say."""

    of: Mapping[str, Mapping[str, Facts]]
    facts: frozenset[str]
    """Every fact there is."""


def load_samples(folder: Path) -> Samples:
    """samples.yaml of a folder of templates.

    Raises:
        DataFileError: naming the file and what is wrong in it.
    """
    path = folder / FILE
    data = load(path, _File())
    bases = data["facts"]
    found: dict[str, dict[str, Facts]] = {}
    for template, row in data["templates"].items():
        base = {**bases["recipient"], **bases[row["of"]]}
        for name, said in row["samples"].items():
            unknown = sorted(set(said) - set(base))
            if unknown:
                raise DataFileError(f"{path}: {template}.{name}: there is no fact {unknown[0]}")
            found.setdefault(template, {})[name] = base | said
    everything = frozenset(name for base in bases.values() for name in base)
    return Samples(found, everything)
