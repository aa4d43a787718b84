"""Messages that could not be processed: what an admin may see of them and decide about them.

The worker fills the collection and does what is decided here; the body stays intact in the database throughout.
"""

from typing import Any

from marshmallow import Schema, fields, validate

from shared.http import masking
from shared.http.answers import Answer, listing, ok
from shared.http.fields import text
from shared.http.paging import PageQuery
from shared.http.problems import Problem
from shared.http.request import Request
from shared.persistence.ids import utc_now
from shared.persistence.paging import page
from shared.persistence.transaction import Document

COLLECTION = "quarantine"
STATES = ("open", "redriving", "redriven", "discarded", "closed")
_SUMMARY = ("queue", "reason", "state", "at", "times", "size", "error", "discarded_reason")


class QuarantineQuery(PageQuery):
    """What the list may be narrowed to."""

    state = fields.String(validate=validate.OneOf(STATES))
    queue = fields.String(validate=validate.Length(1, 200))
    reason = fields.String(validate=validate.Length(1, 200))


class QuarantineItem(Schema):
    """A message in quarantine, without its content."""

    id = fields.String(required=True)
    queue = fields.String(required=True)
    reason = fields.String(required=True)
    type = fields.String(allow_none=True)
    event = fields.String(allow_none=True)
    state = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    times = fields.Integer(allow_none=True, metadata={"description": "how often it came here"})
    size = fields.Integer(allow_none=True, metadata={"description": "bytes of its body"})
    error = fields.String(allow_none=True, metadata={"description": "why it could not be sent back"})
    discarded_reason = fields.String(allow_none=True)


class QuarantineMessage(QuarantineItem):
    """The same with its masked content."""

    body = fields.Dict(required=True)
    headers = fields.Dict(required=True)
    properties = fields.Dict(required=True)


class Discard(Schema):
    """Why a message is given up."""

    reason = text(500, required=True)


def list_messages(request: Request) -> Answer:
    """Newest first."""
    query = dict(request.query)
    limit, cursor = query.pop("limit"), query.pop("cursor")
    database: Any = request.kernel.app.database
    collection, wanted = database.collection(COLLECTION), (*_SUMMARY, "type", "event_id")
    found, following = page(collection, query, [("at", -1), ("_id", -1)], limit, cursor, wanted)
    return listing([_summary(document) for document in found], following)


def show(document: Document) -> dict[str, Any]:
    """One message, masked."""
    return {
        **_summary(document),
        "body": masking.body(document.get("body")),
        "headers": masking.value(document.get("headers") or {}),
        "properties": masking.value(document.get("properties") or {}),
    }


def decide(request: Request, state: str, **changes: Any) -> Answer:
    """Give an open message its next state."""
    tx = request.tx
    assert tx is not None
    document = tx.get(COLLECTION, request.path["id"])
    if document is None:
        raise not_found()
    if document["state"] != "open":
        raise Problem(
            409,
            "invalid_transition",
            f"the message is {document['state']}; only an open one can be decided about",
            extra={"state": document["state"]},
        )
    claims = request.claims
    decided = {**document, **changes, "state": state, "decided_at": utc_now(), "decided_by": claims.sub}
    tx.replace(COLLECTION, decided)
    return ok(_summary(decided))


def not_found() -> Problem:
    """404."""
    return Problem(404, "not_found", "there is no such message in quarantine")


def _summary(document: Document) -> dict[str, Any]:
    shown = {name: document.get(name) for name in _SUMMARY}
    # Both were said by the message itself, and may be anything.
    shown["type"], shown["event"] = (
        masking.value(document.get("type")),
        masking.value(document.get("event_id")),
    )
    return {"id": document["_id"], **shown}
