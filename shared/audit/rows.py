"""A row of the audit trail, as it is written together with what it tells of; its place in the chain comes later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.contracts.claims import Claims
from shared.observability.context import Context
from shared.persistence.ids import new_id
from shared.persistence.transaction import Document

WAITING = "audit"
"""Rows that wait for their place, in the service's own database: one insert in the transaction of a write."""


def row_of(
    current: Context,
    actor: Claims,
    *,
    action: str,
    subject: str,
    at: datetime,
    asked: Mapping[str, Any] | None = None,
) -> Document:
    """What `actor` does in the request `current`; `asked` are the parameters of a query, as texts."""
    row: Document = {
        "_id": new_id(),
        "at": at,
        "actor": actor.sub,
        "role": actor.role,
        "area": actor.area,
        "action": action,
        "route": current.action,
        "subject": subject,
        "request_id": current.correlationid,
    }
    given = {name: str(value) for name, value in (asked or {}).items() if value is not None}
    return {**row, "asked": given} if given else row
