"""From WSGI to a route and back: the table of routes, request ids, the access log, and answers as bytes."""

import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import structlog
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from shared.http import connections, failures
from shared.http.answers import Answer
from shared.http.bodies import BODY, Body
from shared.http.problems import Problem, title
from shared.http.protocol import EXCHANGE
from shared.observability import metrics
from shared.persistence.ids import new_id

if TYPE_CHECKING:
    from shared.http.entrypoint import HttpRoute

_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_log = structlog.get_logger("access")
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Gateway:
    """The WSGI application of a service. Never raises and never yields a body it has not got whole."""

    def __init__(self, routes: Iterable["HttpRoute"]) -> None:
        self._fixed: dict[tuple[str, str], HttpRoute] = {}
        rules = []
        for route in routes:
            if "{" not in route.path:
                self._fixed[route.method, route.path] = route
            pattern = route.path.replace("{", "<").replace("}", ">")
            rules.append(Rule(pattern, methods=[route.method], endpoint=route))
        table = Map(rules, strict_slashes=True, redirect_defaults=False, merge_slashes=False)
        self._adapter = table.bind("localhost")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        request_id = _request_id(environ.get("HTTP_X_REQUEST_ID"))
        method: str = environ["REQUEST_METHOD"]
        exchange = environ[EXCHANGE]
        route, answer = self._answer(environ, method, request_id, exchange.kept)
        sound = self._take_rest(environ, exchange, answer)
        seconds = time.perf_counter() - began
        metrics.observe_request(method, route.path if route else None, answer.status, seconds)
        _log.info(
            "request",
            method=method if method in metrics.METHODS else "other",
            route=route.path if route else "unmatched",
            status=answer.status,
            ms=round(seconds * 1000, 1),
            request_id=request_id,
        )
        if not sound or (route is not None and route.server.draining):
            exchange.end_after_answer(linger=not sound)
        return _send(answer, request_id, method, exchange.kept, start_response)

    def _answer(
        self, environ: dict[str, Any], method: str, request_id: str, connection: connections.Connection
    ) -> tuple["HttpRoute | None", Answer]:
        try:
            route, values = self._match(method, environ["RAW_PATH_INFO"])
        except Problem as problem:
            return None, failures.of(problem)
        if route.writes:
            longest = route.longest_body
            connection.enter("body", connections.BODY + longest / connections.SLOWEST_BYTES_A_SECOND)
        else:
            connection.enter("work", None)
        try:
            return route, _sound(route.answer(environ, values, request_id))
        except Exception as exc:  # noqa: BLE001 - the kernel's own defect: logged, and answered as one
            return route, failures.answer_to(exc, {}, request_id)

    def _match(self, method: str, raw_path: str) -> tuple["HttpRoute", dict[str, str]]:
        route = self._fixed.get((method, raw_path))
        if route is not None:
            return route, {}
        if raw_path.startswith(("http://", "https://")):
            # The absolute form of a request's target (RFC 9112, 3.2.2).
            raw_path = "/" + raw_path.split("/", 3)[3] if raw_path.count("/") > 2 else "/"
        try:
            path = unquote_to_bytes(raw_path).decode("utf-8")
            if not path.startswith("/") or path.startswith("//") or path.count("/") != raw_path.count("/"):
                # No part of a path of ours contains a slash: an encoded one is there to be read in two ways.
                raise NotFound
            found, values = self._adapter.match(path, method)
        except MethodNotAllowed as exc:
            allowed = ", ".join(sorted(exc.valid_methods or ()))
            raise Problem(
                405, "method_not_allowed", f"allowed here: {allowed}", headers={"Allow": allowed}
            ) from None
        except (HTTPException, UnicodeDecodeError):
            raise Problem(404, "not_found", "there is nothing at this path") from None
        return found, dict(values)

    def _take_rest(self, environ: dict[str, Any], exchange: Any, answer: Answer) -> bool:
        """Read what the route left of the body, so that the client hears the answer; False to end the connection."""
        body: Body = environ[BODY]
        if body.finished:
            return not body.broken
        if answer.status < 400:
            exchange.kept.enter("body", connections.HEAD)
        else:
            exchange.kept.enter("drop", connections.BODY)
        return body.drop()


def _request_id(sent: str | None) -> str:
    return sent if sent is not None and _REQUEST_ID.fullmatch(sent) else new_id()


def _sound(answer: Answer) -> Answer:
    """The answer, when none of its headers could end early and begin another."""
    if not all(value.isascii() and value.isprintable() for value in answer.headers.values()):
        raise ValueError("a header of the answer is not printable ASCII")
    return answer


def _send(
    answer: Answer,
    request_id: str,
    method: str,
    connection: connections.Connection,
    start_response: StartResponse,
) -> Iterable[bytes]:
    headers = [("X-Request-Id", request_id), ("X-Content-Type-Options", "nosniff"), *answer.headers.items()]
    if "Cache-Control" not in answer.headers:
        headers.append(("Cache-Control", "no-store"))
    if answer.content_type is not None:
        headers.append(("Content-Type", answer.content_type))
    # What comes in pieces may say how long it is, so that whoever gets less can tell.
    size = (
        len(answer.body) if isinstance(answer.body, bytes) else int(answer.headers.get("Content-Length", 0))
    )
    if isinstance(answer.body, bytes) and answer.status not in (204, 304):
        headers.append(("Content-Length", str(size)))
    connection.enter("answer", connections.ANSWER + size / connections.SLOWEST_BYTES_A_SECOND)
    start_response(f"{answer.status} {title(answer.status)}", headers)
    if method == "HEAD":
        return []
    return [answer.body] if isinstance(answer.body, bytes) else answer.body
