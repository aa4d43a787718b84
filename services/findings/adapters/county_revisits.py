"""revisits.yaml: which closed findings are looked at again."""

from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.findings.domain.revisits import RevisitRules
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary

_PERCENT = validate.Range(0, 100)


class _Row(SourcedSchema):
    severity = fields.String(required=True)
    percent = fields.Integer(required=True, strict=True, validate=_PERCENT)


class _Revisits(Schema):
    class Meta:
        unknown = EXCLUDE

    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))
    returned_percent = fields.Integer(required=True, strict=True, validate=_PERCENT)
    rows = fields.List(fields.Nested(_Row), required=True)


def load_revisits(folder: str | Path, vocabulary: Vocabulary) -> RevisitRules:
    """The county's rules; every severity has its row."""
    path = Path(folder) / "revisits.yaml"
    data = load(path, _Revisits())
    percent = {row["severity"]: row["percent"] for row in data["rows"]}
    if percent.keys() != vocabulary.codes("severity"):
        raise DataFileError(f"{path}: needs one row for each code of severity and no other")
    return RevisitRules(data["days"], data["returned_percent"], percent)
