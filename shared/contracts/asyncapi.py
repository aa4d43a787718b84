"""The AsyncAPI document of all events: generated from the schemas that check them, never written by hand."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.contracts import registry
from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.fields import Moment
from shared.contracts.routing import SERVICES, SUBSCRIPTIONS

VERSION = "3.0.0"
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "UUIDv7"},
        "source": {"type": "string", "examples": ["/findings"]},
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "the id of the document the event is about"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string"},
        "sequence": {
            "type": "integer",
            "minimum": 1,
            "description": "how many events this source has published about this subject, this one included",
        },
        "correlationid": {"type": "string"},
        "causationid": {"type": "string"},
        "data": {"type": "object"},
    },
}


def document() -> dict[str, Any]:
    """The document as plain values, the same for the same schemas."""
    schemas = _schemas()
    channels, operations, messages = {}, {}, {}
    for source in SERVICES:
        types = [type for said, type in registry.SAID if said == source]
        names = [_name_of(source, type) for type in types]
        channels[source] = {
            "address": f"ev.{source}",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": f"ev.{source}", "type": "topic", "durable": True},
                }
            },
        }
        operations[f"{source}.publish"] = _operation("send", source)
        for type in types:
            messages[_name_of(source, type)] = _message(source, type)
    for service, sources in SUBSCRIPTIONS.items():
        for source, keys in sources.items():
            operation = _operation("receive", source)
            operation["description"] = f"queue {service}.{source}.v1, bound to {', '.join(keys)}"
            operations[f"{service}.consume.{source}"] = operation
    return {
        "asyncapi": VERSION,
        "info": {"title": "Duze events", "version": "1", "license": {"name": "Apache-2.0"}},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"Envelope": _ENVELOPE, **schemas}},
    }


def _schemas() -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    converter: Any = plugin.converter
    converter.map_to_openapi_type(Moment, "string", "date-time")
    for schema in dict.fromkeys(registry.SAID.values()):
        if schema.__name__ not in spec.components.schemas:
            spec.components.schema(schema.__name__, schema=schema)
    schemas: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return schemas


def _name(schema: Any) -> str:
    return str(schema.__name__ if isinstance(schema, type) else type(schema).__name__)


def _operation(action: str, source: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{source}"}}


def _name_of(source: str, type: str) -> str:
    """The message's name: its type, with the source where several services say it."""
    return type if len(registry.sources(type)) == 1 else f"{source}.{type}"


def _message(source: str, type: str) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/{registry.SAID[source, type].__name__}"}
    return {
        "name": type,
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"type": "object", "properties": {"type": {"const": type}, "data": data}},
            ]
        },
        "bindings": {"amqp": {"messageType": type}},
    }
