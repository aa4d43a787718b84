"""Taking a request in: body and query string, from bytes to validated values."""

import functools
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from marshmallow import Schema
from marshmallow.fields import List

from shared.http import bodies, jsonbody, uploads, validation
from shared.http.problems import Problem, invalid
from shared.http.request import Request
from shared.http.validation import County

if TYPE_CHECKING:
    from shared.http.entrypoint import HttpRoute

_MANY = 100


class _Nothing(Schema):
    """Routes without a body or a query take none."""


def receive(route: "HttpRoute", request: Request, limit: int) -> Any:
    """The body: bytes on raw routes, an Upload where a file is taken, else the JSON value; an empty one counts as `{}`.

    Raises:
        Problem: 413, 415 or 400, in this order.
    """
    environ = request.environ
    bodies.refuse_oversize(environ, limit)
    has_body = bodies.is_announced(environ)
    sent = environ.get(bodies.CONTENT_TYPE, "")
    if has_body or sent:
        request.content_type = _content_type(route, sent, environ.get("HTTP_CONTENT_ENCODING"))
    if route.file is not None:
        request.content_type = request.content_type or _content_type(route, sent, None)
        request.body = uploads.read(environ, route.file)
        return request.body
    body = bodies.read(environ, limit) if has_body else b""
    if route.raw:
        return body
    return jsonbody.parse(body) if body else {}


def _content_type(route: "HttpRoute", sent: str, encoding: str | None) -> str:
    """The media type, when the route takes it."""
    media, charset = _media_type(sent)
    if encoding not in (None, "", "identity"):
        raise Problem(415, "unsupported_media_type", "an encoded (compressed) body is not taken")
    if media not in route.consumes:
        raise Problem(415, "unsupported_media_type", f"send {' or '.join(route.consumes)}")
    if media.endswith("json") and charset not in ("utf-8", "utf8"):
        raise Problem(415, "unsupported_media_type", "JSON is sent in UTF-8")
    return media


@functools.lru_cache(maxsize=256)
def _media_type(sent: str) -> tuple[str, str]:
    header = Message()
    header["Content-Type"] = sent
    media = header.get_content_type() if "/" in sent else sent
    return media, str(header.get_param("charset", "utf-8")).lower()


def content(received: Any) -> Any:
    """What tells two bodies apart."""
    return received.identity if isinstance(received, uploads.Upload) else received


def validate_body(route: "HttpRoute", request: Request, received: Any, county: County) -> None:
    """Put the validated body into the request; 422 naming every wrong field."""
    if route.raw or route.file is not None:
        request.body = received
        return
    with validation.of_county(county):
        request.body, errors = validation.load(route.body or _Nothing, received)
    if errors:
        raise invalid(errors)


def query(route: "HttpRoute", request: Request) -> str:
    """The query string, once its parameters are known to be ones of this route.

    Raises:
        Problem: 400 for an unknown, a repeated or an undecodable parameter.
    """
    sent = str(request.environ.get("QUERY_STRING", ""))
    if not sent:
        return sent
    try:
        # Also unescaped UTF-8, as people type it into curl.
        sent = sent.encode("latin-1").decode("utf-8")
        pairs = parse_qsl(sent, keep_blank_values=True, errors="strict", max_num_fields=_MANY)
    except ValueError:
        raise Problem(400, "malformed_query", "the query string cannot be read as UTF-8") from None
    if any("\x00" in value for _, value in pairs):
        raise Problem(400, "malformed_query", "the query string contains NUL")
    fields = validation.instance(route.query or _Nothing).load_fields
    known = {field.data_key or name: field for name, field in fields.items()}
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise Problem(
                400,
                "unknown_parameter",
                f"unknown query parameter; known here: {allowed}",
                errors={name: ["unknown parameter"]},
            )
        if isinstance(known[name], List):
            values.setdefault(name, []).append(value)
        elif name in values:
            raise Problem(400, "repeated_parameter", f"the query parameter {name} stands twice")
        elif value:
            # An empty one is what a form sends for a filter left open.
            values[name] = value
    request.query = values
    return sent


def validate_query(route: "HttpRoute", request: Request, county: County) -> None:
    """Put the validated parameters into the request; 422 naming every wrong one."""
    if route.query is None:
        return
    with validation.of_county(county):
        request.query, errors = validation.load(route.query, request.query)
    if errors:
        raise invalid(errors, "a query parameter does not have the right value")
