"""The outbox: what a service has to say, kept in the same transaction as the change it tells of."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.audit.rows import WAITING, row_of
from shared.contracts import personal, registry
from shared.contracts.envelope import Event, encode
from shared.observability import context
from shared.persistence.ids import new_id, utc_now
from shared.persistence.transaction import Transaction

OUTBOX = "outbox"


def publish(
    transaction: Transaction,
    *,
    source: str,
    type: str,
    subject: str,
    sequence: int,
    data: dict[str, Any],
    now: datetime,
) -> Event:
    """Put an event into the outbox; the relay sends it once the transaction has committed.

    What no event caused names the request that did; what no request did either (a timer) names itself.

    Raises:
        ContractError: `data` does not satisfy the contract of `type`: a defect of the caller, nothing is kept.
    """
    registry.validate(source, type, data)
    event_id = new_id()
    current = context.current()
    event = Event(
        id=event_id,
        source=source,
        type=type,
        subject=subject,
        time=now,
        sequence=sequence,
        correlationid=current.correlationid if current else event_id,
        causationid=(current.causationid or current.correlationid) if current else event_id,
        data=data,
    )
    body = encode(event)
    if personal.may_be_in(body):
        event = replace(event, data=personal.masked(data))
        body = encode(event)
    transaction.insert(
        OUTBOX,
        {
            "_id": event_id,
            "state": "pending",
            # A clock that a test has moved ahead must not hold it back.
            "next_at": min(now, utc_now()),
            "at": now,
            "type": type,
            "subject": subject,
            "body": body,
            "attempts": 0,
        },
    )
    if current and current.actor:
        record(transaction, action=type, subject=subject, now=now)
    return event


def record(transaction: Transaction, *, action: str, subject: str, now: datetime) -> None:
    """An audit row of what the current caller does; nothing outside of a request."""
    current = context.current()
    if current is None or current.actor is None:
        return
    transaction.insert(WAITING, row_of(current, current.actor, action=action, subject=subject, at=now))
    transaction.memo["audited"] = True
