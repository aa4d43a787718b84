"""What of a bulletin people are told: that it was drafted by itself, published or corrected, and where to read it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.notifications.application.days import day_text, moment_of, moment_text
from services.notifications.domain.calendar import day_of
from services.notifications.domain.matter import Matter
from services.notifications.domain.phones import Phone, phone_of
from shared.contracts.envelope import Event
from shared.contracts.reporting import BULLETIN_CORRECTED_V1, BULLETIN_DRAFTED_V1, BULLETIN_PUBLISHED_V1

SELECTABLE: Mapping[str, frozenset[str]] = {
    BULLETIN_DRAFTED_V1: frozenset({"office"}),
    BULLETIN_PUBLISHED_V1: frozenset({"unit", "office"}),
    BULLETIN_CORRECTED_V1: frozenset({"unit", "office"}),
}
"""A draft is the office's; `unit` are the townships that the bulletin tells of."""


def speaks_of_a_bulletin(event: Event) -> bool:
    return event.type in SELECTABLE


def matter_of(event: Event) -> Matter:
    data = event.data
    return Matter(
        event=event.id,
        event_type=event.type,
        area=data["area"],
        team=data["team"] or "",
        units=tuple(data["areas"]),
        severity="",
        immediate=False,
        traits={name: data[name] for name in ("kind", "audience")},
    )


def bulletin_facts(phones: Sequence[Phone], event: Event, now: datetime) -> dict[str, Any]:
    """What every recipient of the event is told alike."""
    data = event.data
    return {
        "title": data["title"],
        "number": data["number"] or "",
        "since": day_text(date.fromisoformat(data["since"])),
        "until": day_text(date.fromisoformat(data["until"])),
        "published_at": moment_text(data["published_at"]) if data["published_at"] else "",
        "corrects": data["corrects_number"] or "",
        "corrected_by": data["corrected_by_number"] or "",
        "note": data["change"].get("note") or "",
        "bulletin": data["bulletin"],
        "told_at": moment_of(now),
        "phone": phone_of(phones, data["area"], day_of(now)),
    }
