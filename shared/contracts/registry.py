"""Every event type this release knows, with its schema and its producer."""

from typing import Any

from marshmallow import Schema

from shared.contracts import accountability, findings, notifications, reporting
from shared.contracts.errors import ContractError, UnknownTypeError
from shared.contracts.quick import compiled

_PRODUCERS = (findings, accountability, notifications, reporting)
SCHEMAS: dict[str, type[Schema]] = {
    type: schema for module in _PRODUCERS for type, schema in module.SCHEMAS.items()
}
SOURCE_OF: dict[str, str] = {type: module.PRODUCER for module in _PRODUCERS for type in module.SCHEMAS}
# Building a schema costs more than using it: one instance for each class, since validating keeps no state.
_INSTANCES: dict[type[Schema], Schema] = {schema: schema() for schema in set(SCHEMAS.values())}
_CERTAIN = {schema: compiled(instance) for schema, instance in _INSTANCES.items()}


def validate(type: str, data: Any) -> None:
    """Check the data of an event against the contract of its type.

    Raises:
        UnknownTypeError: no schema for this type or version.
        ContractError: the data does not satisfy it; the text names the fields, never their values.
    """
    schema = SCHEMAS.get(type)
    if schema is None:
        raise UnknownTypeError("unknown event type or version")
    if _CERTAIN[schema](data):
        return
    errors = _INSTANCES[schema].validate(data)
    if errors:
        raise ContractError(f"data breaks {type} at: {', '.join(sorted(map(str, errors)))}")
