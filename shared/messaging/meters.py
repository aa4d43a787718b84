"""What messaging counts (contract section 8). Types come from the contracts, so the labels are bounded."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from pymongo.collection import Collection

from shared.contracts import registry
from shared.contracts.envelope import Event
from shared.messaging.outbox import OUTBOX
from shared.observability import metrics
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Document

UNKNOWN = "unknown"
QUARANTINE = "quarantine"


def label(event_type: str) -> str:
    """The type as a label: one the contracts know, or `unknown`."""
    return event_type if event_type in registry.TYPES else UNKNOWN


@cache
def _consumed(event_type: str, outcome: str) -> Any:
    return metrics.EVENTS_CONSUMED.labels(label(event_type), outcome)


@cache
def _published(event_type: str) -> Any:
    return metrics.EVENTS_PUBLISHED.labels(label(event_type))


def published(types: Iterable[str]) -> None:
    """Events the broker has confirmed."""
    for event_type in types:
        _published(label(event_type)).inc()


def returned(types: Iterable[str]) -> None:
    """Events no queue was bound for."""
    for event_type in types:
        metrics.EVENTS_RETURNED.labels(label(event_type)).inc()


def consumed(event_type: str, outcome: str) -> None:
    """An event dealt with."""
    _consumed(label(event_type), outcome).inc()


def dealt_with(events: Sequence[Event], outcomes: Sequence[str]) -> None:
    """A batch that is committed: the outcome of each event."""
    now = utc_now()
    for event, outcome in zip(events, outcomes, strict=True):
        consumed(event.type, outcome)
        if outcome == "applied":
            lag(event.time, now)


def lag(happened: datetime, now: datetime) -> None:
    """From the event to its effect."""
    metrics.EVENT_LAG_SECONDS.observe(max(0.0, (now - happened).total_seconds()))


def state(collection: Callable[[str], Collection[Document]]) -> Iterator[metrics.Sample]:
    """The state gauges of messaging: what is still to be sent, and what waits in the quarantine."""
    pending: list[dict[str, Any]] = [
        {"$match": {"state": "pending"}},
        {"$group": {"_id": None, "count": {"$sum": 1}, "oldest": {"$min": "$at"}}},
    ]
    found = next(iter(collection(OUTBOX).aggregate(pending, hint="next_at_1__id_1", maxTimeMS=5000)), None)
    yield "duze_outbox_pending", {}, found["count"] if found else 0
    age = max(0.0, (utc_now() - found["oldest"]).total_seconds()) if found else 0.0
    yield "duze_outbox_oldest_seconds", {}, age
    yield "duze_dead_letters", {}, collection(QUARANTINE).count_documents({"state": "open"})
