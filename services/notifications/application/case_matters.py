"""What of a case people are told: a decision that was served, its talk, an appeal decided, a clock after service.

Before that nobody may learn of it, whatever the county's table says; of a restricted case only the person himself does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.notifications.domain.matter import Matter, Responsible
from shared.contracts import accountability
from shared.contracts.accountability import (
    APPEAL_DECIDED_V1,
    CLOCK_DUE_V1,
    MEASURE_REVOKED_V1,
    MEASURE_SERVED_V1,
    TALK_SCHEDULED_V1,
)
from shared.contracts.envelope import Event

_PERSON = frozenset({"cadre"})
SELECTABLE: Mapping[str, frozenset[str]] = {
    MEASURE_SERVED_V1: _PERSON,
    MEASURE_REVOKED_V1: _PERSON,
    TALK_SCHEDULED_V1: _PERSON,
    APPEAL_DECIDED_V1: _PERSON,
}
_AFTER_SERVICE = "after_service"
_LEVELS = (12, 9, 6)
"""Digits of the code of a village, a township, the county."""


def speaks_of_a_case(event: Event) -> bool:
    """Whether the event is about a case and not about a finding."""
    return event.type in SELECTABLE or (event.source, event.type) == (accountability.PRODUCER, CLOCK_DUE_V1)


def matter_of(event: Event) -> Matter | None:
    """The matter, None while nobody may know of it."""
    return _READERS[event.type](event)


def _served(event: Event) -> Matter | None:
    return _of_person(event) if event.data["served"] is not None else None


def _of_person(event: Event) -> Matter:
    data = event.data
    person = Responsible(data["cadre"], data["name"], "")
    traits: dict[str, object] = {name: data[name] for name in ("kind", "status") if name in data}
    return Matter(
        **_common(event),
        measure=data.get("measure"),
        since=datetime.fromisoformat(data["served"]["at"]) if data.get("served") else None,
        cadre=person.cadre,
        responsible=(person,),
        traits=traits,
    )


def _clock(event: Event) -> Matter | None:
    clock = event.data["clock"]
    if clock["stage"] != _AFTER_SERVICE or event.data["restricted"]:
        return None
    return Matter(**_common(event), traits={name: clock[name] for name in ("stage", "rule", "at")})


def _common(event: Event) -> dict[str, Any]:
    data = event.data
    return {
        "event": event.id,
        "event_type": event.type,
        "case": data["case"],
        "area": smallest_common(data["areas"]),
        "team": "",
        "units": (),
        "severity": "",
        "immediate": False,
        "handlers": tuple(data.get("handlers", ())) if data["restricted"] else None,
    }


def smallest_common(areas: Sequence[str]) -> str:
    """The smallest area that contains them all; of a case without any, above every area."""
    if not areas:
        return ""
    shared = next((length for length in _LEVELS if len({area[:length] for area in areas}) == 1), 0)
    return areas[0][:shared]


_READERS: Mapping[str, Callable[[Event], Matter | None]] = {
    MEASURE_SERVED_V1: _served,
    MEASURE_REVOKED_V1: _served,
    TALK_SCHEDULED_V1: _of_person,
    APPEAL_DECIDED_V1: _of_person,
    CLOCK_DUE_V1: _clock,
}
