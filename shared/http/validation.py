"""Schemas against values from outside: one instance per class, messages by field path, codes from the county."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import Schema, ValidationError

from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary
from shared.http.problems import Errors

SchemaLike = Schema | type[Schema]


@dataclass(frozen=True, slots=True)
class County:
    """The data a schema may look codes up in."""

    vocabulary: Vocabulary | None = None
    areas: Areas | None = None


_county: ContextVar[County] = ContextVar("duze_county", default=County())  # noqa: B039 - frozen
_instances: dict[type[Schema], Schema] = {}


def county() -> County:
    """The county whose codes are checked in this context."""
    return _county.get()


@contextmanager
def of_county(data: County) -> Iterator[None]:
    """Check codes against `data` within the block (tests of schemas use it too)."""
    token = _county.set(data)
    try:
        yield
    finally:
        _county.reset(token)


def instance(schema: SchemaLike) -> Schema:
    """The one instance of a schema class: making one costs more than using it, and using it keeps no state."""
    if isinstance(schema, Schema):
        return schema
    if schema not in _instances:
        _instances[schema] = schema()
    return _instances[schema]


def load(schema: SchemaLike, value: Any) -> tuple[dict[str, Any], Errors]:
    """The validated value and no errors, or an empty one and the errors by field path."""
    try:
        return cast(dict[str, Any], instance(schema).load(value)), {}
    except ValidationError as exc:
        return {}, flatten(exc.messages)


def flatten(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"place.kind": ["…"]}`; those about the whole body under `body`."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for key, below in messages.items():
            # `_schema` is about the object itself; "value" and "key" name the sides of a mapping field.
            inner = path if key == "_schema" else f"{path}.{key}" if path else str(key)
            for place, texts in flatten(below, inner).items():
                flat.setdefault(place, []).extend(texts)
        return flat
    texts = messages if isinstance(messages, list) else [messages]
    return {path or "body": [str(text) for text in texts]}
