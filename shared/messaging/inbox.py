"""The inbox: an event has its effect once, and never after a newer one about the same subject.

One row for each (source, subject): the highest sequence applied, and the events that were taken last. Whatever is
above that sequence is new. At or below it an event was either taken already, or overtaken: among the last
`REMEMBERED` of a subject that is known exactly, and neither has an effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.envelope import Event
from shared.persistence.transaction import Transaction

INBOX = "inbox"
REMEMBERED = 16
Outcome = Literal["fresh", "duplicate", "stale"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event and what may be done with it."""

    event: Event
    outcome: Outcome


def claim(transaction: Transaction, events: Sequence[Event], now: datetime) -> list[Claimed]:
    """Take `events` into the inbox, in the order given, and tell the fresh from the duplicate and the stale.

    An event is fresh once, ever; a stale one of long ago may be called stale again. Call it first in a transaction:
    of two copies handled at once, one commit wins and the other is repeated.
    """
    transaction.get_many(INBOX, [_key(event) for event in events])
    return [Claimed(event, _take(transaction, event, now)) for event in events]


def _take(transaction: Transaction, event: Event, now: datetime) -> Outcome:
    key = _key(event)
    row = transaction.get(INBOX, key) or {"sequence": 0, "taken": []}
    if event.id in row["taken"]:
        return "duplicate"
    taken = [*row["taken"], event.id][-REMEMBERED:]
    reached = max(row["sequence"], event.sequence)
    transaction.replace(INBOX, {"_id": key, "sequence": reached, "taken": taken, "at": now})
    return "fresh" if event.sequence > row["sequence"] else "stale"


def _key(event: Event) -> str:
    return f"{event.source}|{event.subject}"
