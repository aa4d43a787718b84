"""What the outside is told of a statutory clock: which rule, about what, and that it ends."""

from typing import Any

from services.accountability.application.event_parts import change, moment
from services.accountability.domain.events import ClockRanOut
from services.accountability.domain.statutory_clock import StatutoryClock
from shared.contracts import accountability as contract


def clock_message(clock: StatutoryClock, event: ClockRanOut) -> tuple[str, dict[str, Any]]:
    return contract.CLOCK_DUE_V1, _data(clock, event)


def _data(clock: StatutoryClock, event: ClockRanOut) -> dict[str, Any]:
    grounds = clock.about.grounds
    return {
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
        "version": clock.version,
        "clock": {
            "rule": clock.rule,
            "stage": clock.stage,
            "due_at": moment(clock.due_at),
            "at": event.stage,
            "article": clock.law.article,
            "verified": clock.law.verified,
        },
        "measure": clock.about.measure,
        "cadre": clock.about.cadre,
        "change": change(event, f"clock_{event.stage}"),
    }
