"""The inbox: an event has its effect once, and never after a newer one about the same subject.

A row for each event (`inbox`) keeps duplicates out; a position for each (source, subject) keeps old news out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.envelope import Event
from shared.persistence.transaction import Transaction

INBOX = "inbox"
POSITIONS = "positions"
Outcome = Literal["fresh", "duplicate", "stale"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event and what may be done with it."""

    event: Event
    outcome: Outcome


def claim(transaction: Transaction, events: Sequence[Event], now: datetime) -> list[Claimed]:
    """Take `events` into the inbox, in the order given, and tell the fresh from the duplicate and the stale.

    Call it first in a transaction: of two copies handled at once, one commit wins and the other is repeated.
    """
    rows = transaction.get_many(INBOX, [_row(event) for event in events])
    known = set(rows)
    positions = transaction.get_many(POSITIONS, [_position(event) for event in events])
    reached = {key: int(document["sequence"]) for key, document in positions.items()}
    claimed = []
    for event in events:
        row, position = _row(event), _position(event)
        if row in known:
            claimed.append(Claimed(event, "duplicate"))
            continue
        known.add(row)
        transaction.insert(INBOX, {"_id": row, "at": now})
        if event.sequence <= reached.get(position, 0):
            claimed.append(Claimed(event, "stale"))
            continue
        reached[position] = event.sequence
        transaction.replace(POSITIONS, {"_id": position, "sequence": event.sequence, "at": now})
        claimed.append(Claimed(event, "fresh"))
    return claimed


def _row(event: Event) -> str:
    return f"{event.source}:{event.id}"


def _position(event: Event) -> str:
    return f"{event.source}|{event.subject}"
