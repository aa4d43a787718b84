"""Every event type this release knows, with its schema and its producer."""

from typing import Any

from marshmallow import Schema

from shared.contracts import accountability, findings, notifications, reporting
from shared.contracts.errors import ContractError, UnknownTypeError
from shared.contracts.quick import compiled

_PRODUCERS = (findings, accountability, notifications, reporting)
# What each service says. Two of them may say the same type, each in its own words (`clock.due.v1`).
SAID: dict[tuple[str, str], type[Schema]] = {
    (module.PRODUCER, type): schema for module in _PRODUCERS for type, schema in module.SCHEMAS.items()
}
TYPES: frozenset[str] = frozenset(type for _, type in SAID)
# Building a schema costs more than using it: one instance for each class, since validating keeps no state.
_INSTANCES: dict[type[Schema], Schema] = {schema: schema() for schema in set(SAID.values())}
_CERTAIN = {schema: compiled(instance) for schema, instance in _INSTANCES.items()}


def sources(type: str) -> list[str]:
    """The services that say this type: none for an unknown one."""
    return [source for source, said in SAID if said == type]


def validate(source: str, type: str, data: Any) -> None:
    """Check the data of an event against the contract of its type.

    Raises:
        UnknownTypeError: this service says no such type or version.
        ContractError: the data does not satisfy it; the text names the fields, never their values.
    """
    schema = SAID.get((source, type))
    if schema is None:
        raise UnknownTypeError("unknown event type or version")
    if _CERTAIN[schema](data):
        return
    errors = _INSTANCES[schema].validate(data)
    if errors:
        raise ContractError(f"data breaks {type} at: {', '.join(sorted(map(str, errors)))}")
