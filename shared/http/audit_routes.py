"""The audit trail as auditors read and export it: a mixin of every api."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from shared.audit.queries import TrailQueries
from shared.http.answers import CHINA, Answer, binary, encode, listing
from shared.http.entrypoint import http
from shared.http.fields import Day
from shared.http.openapi import Listing, Media
from shared.http.paging import PageQuery
from shared.http.request import Request

AUDITOR = frozenset({"auditor"})
NDJSON = "application/x-ndjson"


class AuditFilters(Schema):
    """What the trail may be narrowed to; `from` and `to` are days in Asia/Shanghai, both included."""

    subject = fields.String(validate=validate.Length(1, 200), metadata={"description": "the document's id"})
    actor = fields.String(validate=validate.Length(1, 200), metadata={"description": "`sub` of the caller"})
    action = fields.String(validate=validate.Length(1, 200))
    since = Day(data_key="from")
    until = Day(data_key="to")


class AuditQuery(AuditFilters, PageQuery):
    """The same, in pages."""


class AuditRow(Schema):
    """Who did or read what. A row that still waits for its place in the chain has no position and hash yet."""

    id = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    actor = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)
    action = fields.String(
        required=True, metadata={"description": "an event's type, `finding.read` …, a route"}
    )
    route = fields.String(required=True)
    subject = fields.String(required=True)
    request_id = fields.String(required=True)
    asked = fields.Dict(metadata={"description": "parameters of a reading"})
    position = fields.Integer(required=True, allow_none=True)
    previous = fields.String(required=True, allow_none=True)
    chained_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    hash = fields.String(required=True, allow_none=True)


class AuditRoutes:
    """Reading the trail is itself recorded."""

    @http(
        "GET",
        "/audit",
        roles=AUDITOR,
        query=AuditQuery,
        audited="audit.read",
        answers={200: Listing(AuditRow)},
    )
    def list_audit(self, request: Request) -> Answer:
        """Who did or read what and when, newest first"""
        asked = dict(request.query)
        limit, cursor = asked.pop("limit"), asked.pop("cursor")
        return listing(*_trail(request).page(_moments(asked), limit, cursor))

    @http(
        "GET",
        "/audit.ndjson",
        roles=AUDITOR,
        query=AuditFilters,
        audited="audit.exported",
        answers={200: Media(NDJSON)},
    )
    def export_audit(self, request: Request) -> Answer:
        """The same without pages, one row a line"""
        rows = _trail(request).all(_moments(dict(request.query)))
        return binary(_lines(rows), NDJSON, f"audit-{request.kernel.settings.service}.ndjson")


def _trail(request: Request) -> TrailQueries:
    database: Any = request.kernel.app.database
    return TrailQueries(database)


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield from map(encode, rows)


def _moments(asked: dict[str, Any]) -> dict[str, Any]:
    if (since := asked.get("since")) is not None:
        asked["since"] = _start_of(since)
    if (until := asked.get("until")) is not None:
        asked["until"] = _start_of(until + timedelta(days=1))
    return asked


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
