"""The OpenAPI document of a service, from the same routes and schemas that serve it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from shared.contracts.vocabulary import Vocabulary
from shared.http import validation
from shared.http.access import routes_of
from shared.http.entrypoint import HttpRoute
from shared.http.fields import AreaCode, Code, Day, Moment
from shared.http.problems import PROBLEM_JSON, title

VERSION = "3.1.0"
_REFERENCE = re.compile(r"#/components/schemas/(\w+)")
_PARAMETER = re.compile(r"{(\w+)}")
# What any request may meet: an unreadable head or body, a slow body, a stopping or failing service.
_ALWAYS = (400, 408, 414, 431, 500, 503)
_WITH_TOKEN = (401, 403, 429)
_WITH_BODY = (411, 413, 415, 417, 422, 501)
_ON_DOCUMENT = (404,)
_WRITING = (409, 412)


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is not a JSON document: its content type, or the several it may have."""

    content_type: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer that is a page of documents."""

    item: validation.SchemaLike


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "a stable slug"})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "field path to messages"},
    )


def document(
    service_cls: Any,
    error_table: Mapping[type[Exception], tuple[int, str]],
    vocabulary: Vocabulary | None = None,
) -> dict[str, Any]:
    """The document as plain values, the same for the same code and vocabulary."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title=f"Duze {service_cls.name}",
        version="1",
        openapi_version=VERSION,
        info={"description": (service_cls.__doc__ or "").strip()},
        plugins=[plugin],
    )
    _teach_fields(plugin, vocabulary)
    spec.components.schema("Problem", schema=ProblemSchema)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    own = {status for status, _ in error_table.values()}
    for name, _, route in routes_of(service_cls):
        operation = _operation(name, route, own, plugin)
        spec.path(path=route.path, operations={route.method.lower(): operation})
    described: dict[str, Any] = spec.to_dict()
    _open_answers(described)
    return described


def statuses(route: HttpRoute, own: Iterable[int]) -> list[int]:
    """Every status the route can answer."""
    found = {*route.answers, *_ALWAYS}
    if not route.is_open:
        found.update(_WITH_TOKEN, own)
    if route.writes:
        found.update(_WITH_BODY, _WRITING)
    if route.query is not None:
        found.add(422)
    if "{" in route.path:
        found.update(_ON_DOCUMENT)
    return sorted(found)


def _operation(name: str, route: HttpRoute, own: Iterable[int], plugin: MarshmallowPlugin) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": route.summary or name,
        "parameters": _parameters(route),
        "responses": {
            str(status): _response(status, route.answers[status])
            if status in route.answers
            else _refusal(status)
            for status in statuses(route, own)
        },
    }
    if not route.is_open:
        operation["security"] = [{"bearer": []}]
        operation["x-roles"] = sorted(route.roles)
    if route.writes and (route.body is not None or route.raw or route.file):
        schema: Any = (
            _file_schema() if route.file else {} if route.raw else validation.instance(route.body or Schema)
        )
        operation["requestBody"] = {
            "required": bool(route.raw or route.file) or _requires_fields(route),
            "content": {media: {"schema": schema} for media in route.consumes},
        }
    return operation


def _file_schema() -> dict[str, Any]:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "object", "required": ["file"], "properties": {"file": file}}


def _requires_fields(route: HttpRoute) -> bool:
    schema = validation.instance(route.body or Schema)
    return any(field.required for field in schema.load_fields.values())


def _parameters(route: HttpRoute) -> list[Any]:
    found: list[Any] = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        found.append({"in": "query", "schema": validation.instance(route.query)})
    found.append(_header("X-Request-Id", "echoed, logged, and carried into events"))
    if route.method == "POST":
        found.append(_header("Idempotency-Key", "a repeat with the same key and body gets the first answer"))
    if route.writes:
        found.append(_header("If-Match", "the ETag of the document as it was read"))
    return found


def _header(name: str, text: str) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": text,
        "schema": {"type": "string"},
    }


def _response(status: int, answer: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"description": title(status)}
    if isinstance(answer, Media):
        types = (answer.content_type, *answer.others)
        described["content"] = {one: {"schema": {"type": "string"}} for one in types}
    elif isinstance(answer, Listing):
        described["content"] = {"application/json": {"schema": _page_schema(answer)}}
    elif answer is not None:
        described["content"] = {"application/json": {"schema": validation.instance(answer)}}
    elif status not in (204, 304):
        described["content"] = {"application/json": {"schema": {"type": "object"}}}
    return described


def _page_schema(answer: Listing) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": validation.instance(answer.item)},
            "next": {"type": ["string", "null"]},
        },
    }


def _refusal(status: int) -> dict[str, Any]:
    return {"description": title(status), "content": {PROBLEM_JSON: {"schema": "Problem"}}}


def _open_answers(described: dict[str, Any]) -> None:
    """Requests take no unknown field; answers may gain some, so only what requests use stays closed."""
    schemas = described["components"]["schemas"]
    taken: set[str] = set()
    waiting = [
        op["requestBody"]
        for path in described["paths"].values()
        for op in path.values()
        if "requestBody" in op
    ]
    while waiting:
        names = set(_REFERENCE.findall(str(waiting.pop()))) - taken
        taken |= names
        waiting += [schemas[name] for name in names]
    for name, schema in schemas.items():
        if name not in taken:
            schema.pop("additionalProperties", None)


def _teach_fields(plugin: MarshmallowPlugin, vocabulary: Vocabulary | None) -> None:
    converter: Any = plugin.converter
    converter.map_to_openapi_type(Code, "string", None)
    converter.map_to_openapi_type(AreaCode, "string", None)
    converter.map_to_openapi_type(Moment, "string", "date-time")
    converter.map_to_openapi_type(Day, "string", "date")

    def codes(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
        if isinstance(field, AreaCode):
            return {"pattern": r"^\d{6}(\d{3}(\d{3})?)?$"}
        if isinstance(field, Code) and vocabulary is not None and (known := vocabulary.codes(field.kind)):
            # an enum allows what it lists and nothing else, null included
            return {"enum": [*sorted(known), *([None] if field.allow_none else [])]}
        return {}

    converter.add_attribute_function(codes)
