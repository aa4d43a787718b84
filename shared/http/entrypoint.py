"""The `http` entrypoint: one route, from its roles and schemas to the handler's answer.

Refusals come in the order of the contract: 401; 429; 403 by role; 413, 415, 400; 422; then the handler's own.
Everything up to the 422 happens in the connection's greenlet, so refused requests cost no worker.
"""

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar, cast

from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import register_entrypoint
from nameko.web.handlers import HttpRequestHandler

from shared.http import access, failures, idempotency, intake, uploads
from shared.http.answers import Answer
from shared.http.application import Application
from shared.http.etags import IfMatch
from shared.http.grouping import Expect
from shared.http.kernel import Kernel
from shared.http.perform import READ_SECONDS, perform
from shared.http.problems import Problem
from shared.http.protocol import working
from shared.http.request import Request
from shared.http.server import HardenedWebServer
from shared.http.validation import SchemaLike

F = TypeVar("F", bound=Callable[..., Any])
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HANDLER = "duze_handler"


class HttpRoute(HttpRequestHandler):
    """One method and path of a service. The arguments are those of `http`."""

    server = HardenedWebServer()

    def __init__(
        self,
        method: str,
        path: str,
        *,
        roles: Collection[str] | None = None,
        open: bool = False,  # noqa: A002 - the word of the contract
        body: SchemaLike | None = None,
        query: SchemaLike | None = None,
        answers: Mapping[int, Any] | None = None,
        consumes: tuple[str, ...] | None = None,
        raw: bool = False,
        file: int | None = None,
        large: bool | None = None,
        transactional: bool | None = None,
        inline: bool = False,
        expect: Expect | None = None,
        audited: str | None = None,
        patience: float = READ_SECONDS,
        summary: str | None = None,
    ) -> None:
        super().__init__(method, path)
        self.path = path
        self.is_open = open
        self.roles = access.checked_roles(method, path, roles, open)
        self.body = body
        self.query = query
        self.answers = answers or {200: None}
        self.consumes = consumes or ((uploads.MULTIPART,) if file else ("application/json",))
        self.raw = raw
        self.file = file
        self.large = raw if large is None else large
        self.writes = method in WRITING
        self.transactional = self.writes and not (raw or file) if transactional is None else transactional
        self.inline = inline
        self.expect = expect
        self.audited = audited
        self.patience = patience
        self.summary = summary
        self._application: Application | None = None
        self._handler: Callable[..., Any] | None = None

    def setup(self) -> None:
        """Find the app, and take a place in the server's table of routes."""
        super().setup()
        # The set may hold one object for each dependency; exactly one is ours.
        found = [d for d in self.container.dependencies if isinstance(d, Application)]
        if len(found) != 1:
            raise access.AccessError("a service with HTTP routes has exactly one Application dependency")
        self._application = found[0]
        self._handler = getattr(self.container.service_cls, self.method_name)

    def stop(self) -> None:
        """Let running requests end; probes are answered until the server itself stops."""
        self.server.drain()
        super().stop()

    @property
    def kernel(self) -> Kernel | None:
        """None until the container has set the application up."""
        return self._application.kernel if self._application is not None else None

    @property
    def longest_body(self) -> int:
        """How many bytes the route takes."""
        if self.file is not None:
            return self.file + uploads.FRAMING
        settings = cast(Kernel, self.kernel).settings
        return settings.max_batch_body if self.large else settings.max_body

    def path_of(self, values: Mapping[str, str]) -> str:
        """The path of one request."""
        return self.path.format_map(values)

    def answer(self, environ: dict[str, Any], path: dict[str, str], request_id: str) -> Answer:
        """Check, read and perform one request."""
        kernel = cast(Kernel, self.kernel)
        request = Request(kernel, self, environ, path, request_id)
        try:
            self._admit(kernel, request)
            self._take_in(kernel, request)
            working(environ)
            return self._perform(request)
        except Exception as exc:  # noqa: BLE001 - answered and, when it is a defect, logged
            return failures.answer_to(exc, kernel.app.errors, request_id)
        finally:
            request.close()

    def _admit(self, kernel: Kernel, request: Request) -> None:
        if self.is_open:
            return
        claims = kernel.authenticator.authenticate(request.header("Authorization"))
        request.claims_or_none = claims
        kernel.rate_limit.hit(claims.sub)
        if claims.role not in self.roles:
            raise Problem(403, "forbidden", "this role may not do that")
        if self.server.draining and not self.inline:
            raise Problem(503, "stopping", "the service is stopping", headers={"Retry-After": "1"})

    def _take_in(self, kernel: Kernel, request: Request) -> None:
        received = intake.receive(self, request, self.longest_body) if self.writes else None
        query = intake.query(self, request)
        if self.writes:
            tag = request.header("If-Match")
            request.if_match = IfMatch(tag) if tag is not None else None
            # A key is one caller's; open routes know none, and see to repeats themselves.
            if self.method == "POST" and not self.is_open:
                request.idempotency_key = idempotency.checked_key(request.header("Idempotency-Key"))
            if request.idempotency_key is not None:
                content = intake.content(received)
                request.fingerprint = idempotency.fingerprint(request.claims, query, content)
            intake.validate_body(self, request, received, kernel.county)
        intake.validate_query(self, request, kernel.county)

    def _perform(self, request: Request) -> Answer:
        handler = cast(Callable[..., Any], self._handler)
        if self.inline:
            return cast(Answer, handler(None, request))
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result, exc_info)
            return result, exc_info

        try:
            self.container.spawn_worker(self, (request,), {}, context_data={}, handle_result=finish)
            return cast(Answer, done.wait())
        except ContainerBeingKilled:
            return failures.of(Problem(503, "stopping", "the service is stopping"))


def http(method: str, path: str, *, kind: type[HttpRoute] = HttpRoute, **options: Any) -> Callable[[F], F]:
    """Make a method of a service class answer `method path`.

    Args:
        method: GET, POST, PUT, PATCH or DELETE.
        path: with the varying parts in braces: `/findings/{id}/history`.
        kind: of route; pages have their own (shared.http.pages).
        **options: `roles` (a set; EVERY_ROLE for all of them), `body` and `query` (marshmallow schemas), `answers`
            (status to schema, `Media` or None), `consumes` and `raw=True` (the handler gets bytes and opens its own
            transactions with `request.transact`), `file=n` (the handler gets one `Upload` of at most n bytes, and opens
            its own transactions), `large=True` (16 MiB instead of 1), `transactional=False`,
            `expect=f` (requests that arrive together share a transaction, see shared.http.grouping),
            `audited="finding.read"` (each reading is recorded under this name before it is answered; for every route
            that shows a single document's details), `patience` (seconds for all that a reading route reads), `summary`
            (else the first line of the docstring).
    """

    def register(function: F) -> F:
        route = kind(method, path, **options)
        if route.summary is None:
            route.summary = (inspect.getdoc(function) or "").partition("\n")[0]
        entry = function if hasattr(function, _HANDLER) else _entry(function)
        register_entrypoint(entry, route)
        return cast(F, entry)

    return register


def _entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """What nameko calls: the handler inside its transaction. The handler alone stays at `__wrapped__`."""

    @functools.wraps(function)
    def entry(service: Any, request: Request) -> Answer:
        return perform(function, service, request)

    setattr(entry, _HANDLER, True)
    return entry
