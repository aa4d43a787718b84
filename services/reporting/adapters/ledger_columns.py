"""ledger_columns.yaml: the columns of the ledger's files, in the county's words and order."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.reporting.domain.columns import FIELDS, KINDS, Column
from shared.contracts.datafiles import SourcedSchema, load


class _Row(SourcedSchema):
    field = fields.String(required=True, validate=validate.OneOf(sorted(FIELDS)))
    label = fields.String(required=True, validate=validate.Length(1, 40))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    of = fields.String(load_default=None)
    width = fields.Integer(required=True, validate=validate.Range(4, 120))

    @post_load
    def _as_column(self, row: dict[str, Any], **_: Any) -> Column:
        return Column(row["field"], row["label"], row["kind"], row["of"], row["width"])


class _File(Schema):
    version = fields.Integer(required=True)
    source = fields.String()
    columns = fields.List(fields.Nested(_Row), required=True)

    @validates_schema
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        found = Counter(column.field for column in data.get("columns", ()))
        wrong = sorted(FIELDS - set(found)) + [name for name, times in found.items() if times > 1]
        if wrong:
            raise ValidationError(f"each field has one column: {', '.join(wrong)}", "columns")


def load_columns(folder: str | Path) -> Sequence[Column]:
    """In the order of the file."""
    return tuple(load(Path(folder) / "ledger_columns.yaml", _File())["columns"])
