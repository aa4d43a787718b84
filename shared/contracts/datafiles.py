"""County data files (YAML) read against a schema: what is wrong is told with file and line and stops the start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from shared.contracts.errors import DataFileError


class SourcedSchema(Schema):
    """Every row says where it comes from and since when it holds; what else it says is for people."""

    class Meta:
        unknown = EXCLUDE

    source = fields.String(required=True, validate=validate.Length(min=1))
    valid_from = fields.Date(required=True)


def load(path: Path, schema: Schema) -> dict[str, Any]:
    """The file as `schema` understands it.

    Raises:
        DataFileError: naming the file, the line and what is wrong there.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree, data = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
        return dict(schema.load(data))
    except ValidationError as exc:
        where, what = _first(exc.messages)
        raise DataFileError(
            f"{path}, line {_line(tree, where)}: {'.'.join(map(str, where))}: {what}"
        ) from exc
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise DataFileError(f"{path}: cannot be read ({exc})") from exc


def _first(messages: Any, where: tuple[Any, ...] = ()) -> tuple[tuple[Any, ...], str]:
    """The place of the first thing that is wrong, and what it is."""
    if isinstance(messages, Mapping):
        key = next(iter(messages))
        return _first(messages[key], where if key == "_schema" else (*where, key))
    return where, messages[0] if isinstance(messages, list) else str(messages)


def _line(node: Any, where: tuple[Any, ...]) -> int:
    """The line of the value at `where`, or of the nearest thing around it that is there."""
    line = node.start_mark.line + 1 if node is not None else 1
    for key in where:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[key]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == key), None)
        if node is None:
            return int(line)
        line = node.start_mark.line + 1
    return int(line)
