"""The routes every service has: mixins for its nameko classes."""

from typing import Any

import eventlet
from marshmallow import Schema, fields, validate

from shared.contracts.areas import Area
from shared.http import docs_page, openapi, quarantine
from shared.http.access import EVERY_ROLE
from shared.http.answers import Answer, encode, ok, text
from shared.http.audit_routes import AuditRoutes
from shared.http.entrypoint import http
from shared.http.fields import AreaCode
from shared.http.openapi import Listing, Media
from shared.http.paging import PageQuery
from shared.http.problems import Problem
from shared.http.quarantine import Discard, QuarantineItem, QuarantineMessage, QuarantineQuery
from shared.http.request import Request
from shared.http.todo_routes import TodoRoutes
from shared.observability import metrics
from shared.persistence.errors import CursorError
from shared.persistence.paging import FORGED

_READY_SECONDS = 4.0
ADMIN = frozenset({"admin"})
# The auditor reads everything and changes nothing.
QUARANTINE_READERS = ADMIN | {"auditor"}


class AreaQuery(PageQuery):
    """Areas by name or code, or those directly below another."""

    q = fields.String(load_default=None, validate=validate.Length(1, 100))
    parent = AreaCode(load_default=None)


class AreaItem(Schema):
    """An area of the county."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)


class State(Schema):
    """Alive, or ready."""

    status = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), values=fields.Dict())


class WorkerRoutes:
    """Probes and metrics: all that a worker answers."""

    @http("GET", "/livez", open=True, inline=True, answers={200: State})
    def livez(self, request: Request) -> Answer:
        """Whether the process lives"""
        return ok({"status": "alive"})

    @http("GET", "/readyz", open=True, inline=True, answers={200: State})
    def readyz(self, request: Request) -> Answer:
        """Whether the process can do its work, and what is missing"""
        missing: dict[str, str] = {"process": "its checks did not end in time"}
        details: dict[str, Any] = {}
        with eventlet.Timeout(_READY_SECONDS, False):
            missing = request.kernel.readiness.missing()
            details = {} if missing else request.kernel.readiness.details()
        if missing:
            detail = "; ".join(f"{name}: {fault}" for name, fault in missing.items())
            raise Problem(503, "not_ready", detail, extra={"missing": missing}, headers={"Retry-After": "1"})
        return ok({"status": "ready"} | ({"details": details} if details else {}))

    @http("GET", "/metrics", open=True, inline=True, answers={200: Media(metrics.CONTENT_TYPE)})
    def metrics(self, request: Request) -> Answer:
        """The metrics of this process"""
        return Answer(200, metrics.exposition(), metrics.CONTENT_TYPE)


class KernelRoutes(AuditRoutes, TodoRoutes, WorkerRoutes):
    """What every api answers beside its own routes."""

    @http("GET", "/openapi.json", open=True, inline=True)
    def openapi(self, request: Request) -> Answer:
        """This API as OpenAPI"""
        pages = request.kernel.pages
        if "openapi" not in pages:
            pages["openapi"] = encode(_document(request))
        return Answer(200, pages["openapi"])

    @http("GET", "/docs", open=True, inline=True, answers={200: Media("text/html; charset=utf-8")})
    def docs(self, request: Request) -> Answer:
        """This API as a page"""
        pages = request.kernel.pages
        if "docs" not in pages:
            pages["docs"] = docs_page.page(_document(request)).encode()
        return text(pages["docs"].decode(), "text/html; charset=utf-8")

    @http("GET", "/vocabulary", roles=EVERY_ROLE, inline=True)
    def vocabulary(self, request: Request) -> Answer:
        """Every code with its Chinese label"""
        pages = request.kernel.pages
        if "vocabulary" not in pages:
            pages["vocabulary"] = encode(request.kernel.app.vocabulary.raw)
        return Answer(200, pages["vocabulary"])

    @http("GET", "/areas", roles=EVERY_ROLE, inline=True, query=AreaQuery, answers={200: Listing(AreaItem)})
    def areas(self, request: Request) -> Answer:
        """Areas by name, or those below another"""
        query = request.query
        found = request.kernel.app.areas.search(query["q"], query["parent"])
        if query["cursor"] is not None:
            if query["cursor"] not in request.kernel.app.areas:
                raise CursorError(FORGED)
            found = [area for area in found if area.code > query["cursor"]]
        shown = found[: query["limit"]]
        following = shown[-1].code if len(found) > len(shown) else None
        return ok({"items": [_area(area) for area in shown], "next": following})

    @http(
        "GET",
        "/quarantine",
        roles=QUARANTINE_READERS,
        query=QuarantineQuery,
        answers={200: Listing(QuarantineItem)},
    )
    def list_quarantine(self, request: Request) -> Answer:
        """Messages that could not be processed, newest first"""
        return quarantine.list_messages(request)

    @http(
        "GET",
        "/quarantine/{id}",
        roles=QUARANTINE_READERS,
        audited="quarantine.read",
        answers={200: QuarantineMessage},
    )
    def get_quarantine(self, request: Request) -> Answer:
        """One of them: its structure and types, texts masked"""
        database = request.kernel.app.database
        found = database.transact(lambda tx: tx.get(quarantine.COLLECTION, request.path["id"]))
        if found is None:
            raise quarantine.not_found()
        return ok(quarantine.show(found))

    @http("POST", "/quarantine/{id}/redrive", roles=ADMIN, answers={200: QuarantineItem})
    def redrive_quarantine(self, request: Request) -> Answer:
        """Send it back to its queue; the worker does it"""
        return quarantine.decide(request, "redriving")

    @http("POST", "/quarantine/{id}/discard", roles=ADMIN, body=Discard, answers={200: QuarantineItem})
    def discard_quarantine(self, request: Request) -> Answer:
        """Give it up, with a reason"""
        return quarantine.decide(request, "discarded", discarded_reason=request.body["reason"])


def _document(request: Request) -> dict[str, Any]:
    kernel = request.kernel
    return openapi.document(kernel.service_cls, kernel.app.errors, kernel.app.vocabulary)


def _area(area: Area) -> dict[str, Any]:
    return {"code": area.code, "name": area.name, "level": area.level, "parent": area.parent}
