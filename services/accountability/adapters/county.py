"""The county's rules as the domain's values, and how its files are read: a fault stops the start with file and line."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

from services.accountability.adapters.county_schemas import RulesSchema, of_vocabulary
from services.accountability.domain.rules import Repeated, Rule, RuleBook, Suggestion, Then, When
from services.accountability.domain.tally import Repeat
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary

RULES_FILE = "rules.yaml"


class _Loader(yaml.SafeLoader):
    """YAML 1.2's booleans: `on` is a word here, not true."""


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$", re.IGNORECASE), list("tTfF"))


def load_rules(folder: str | Path, vocabulary: Vocabulary) -> RuleBook:
    """The county's rules.

    Raises:
        DataFileError: naming file, line and what is wrong there, for every fault.
    """
    return read_rules(Path(folder) / RULES_FILE, vocabulary)


def read_rules(path: Path, vocabulary: Vocabulary) -> RuleBook:
    """The rules of one file, as `load_rules`."""
    data = load(path, RulesSchema(), vocabulary)
    return RuleBook([_rule(row) for row in data["rules"]])


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(**{**row, "when": _when(row["when"]), "then": _then(row["then"])})


def _when(row: Mapping[str, Any]) -> When:
    asked = {name: frozenset(values) for name, values in row.items() if name in _SETS and values is not None}
    return When(
        **asked,
        repeat=_repeat(row.get("repeat")),
        warnings=_warnings(row.get("warnings")),
        one_of=tuple(_when(one) for one in row.get("one_of", ())),
    )


_SETS = ("severity", "category", "result", "level")


def _warnings(row: Mapping[str, Any] | None) -> Repeated | None:
    return None if row is None else Repeated(row["count"], row["within_days"])


def _repeat(row: Mapping[str, Any] | None) -> Repeat | None:
    if row is None:
        return None
    return Repeat(
        needed=row["days_with_findings"],
        within=row["within_days"],
        ignored=frozenset(row["ignore_severity"]),
        groups_once="group" in row["once_per"],
    )


def _then(row: Mapping[str, Any]) -> Then:
    if row["warning"] is not None:
        return Then(warn=tuple(row["warning"]["to"]))
    suggest = tuple(Suggestion(one["measure"], one["otherwise"]) for one in row["case"]["suggest"])
    return Then(case=True, suggest=suggest)


def load(path: Path, schema: Schema, vocabulary: Vocabulary) -> dict[str, Any]:
    """A file as `schema` understands it, its codes checked against the vocabulary.

    Raises:
        DataFileError: naming file, line and what is wrong there, for every fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree, data = yaml.compose(text, _Loader), _Loader(text).get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        # YAML's own text names the line.
        raise DataFileError(f"{path}: cannot be read ({exc})") from exc
    try:
        with of_vocabulary(vocabulary):
            return dict(schema.load(data))
    except ValidationError as exc:
        raise DataFileError("; ".join(_told(path, tree, exc.messages))) from exc


def _told(path: Path, node: Any, messages: Any, where: str = "") -> list[str]:
    """`file, line n: place: message` for every fault; the line is that of the nearest place that is there."""
    if isinstance(messages, Mapping):
        told: list[str] = []
        for key, below in messages.items():
            inner = where if key == "_schema" else f"{where}.{key}".lstrip(".")
            told += _told(path, _below(node, key), below, inner)
        return told
    texts = messages if isinstance(messages, list) else [messages]
    line = node.start_mark.line + 1 if node is not None else 1
    return [f"{path}, line {line}: {where or 'file'}: {text}" for text in texts]


def _below(node: Any, key: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), node)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return node
