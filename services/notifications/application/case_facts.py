"""What the templates may say of a case: the decision, the talk, the appeal or the clock alone, never what led to it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.notifications.application.case_matters import smallest_common
from services.notifications.application.days import day_of_text, day_text, moment_of, moment_text
from services.notifications.domain.calendar import day_of
from services.notifications.domain.phones import Phone, phone_of
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary

_NOTHING: Mapping[str, Any] = {}


def case_facts(
    vocabulary: Vocabulary, phones: Sequence[Phone], event: Event, now: datetime
) -> dict[str, Any]:
    """What every recipient of the event is told alike; empty texts where the event says nothing."""
    data, label = event.data, vocabulary.label
    effect, served, clock = (data.get(name) or _NOTHING for name in ("effect", "served", "clock"))
    return {
        "measure": label("measure", data.get("kind") or ""),
        "deciding_body": label("deciding_body", data.get("deciding_body") or ""),
        "decided_on": day_of_text(data.get("decided_on")),
        "decision_no": data.get("decision_no") or "",
        "effect_from": day_of_text(effect.get("start")),
        "effect_until": _last_day(effect.get("until")),
        "served_at": moment_text(served.get("at")),
        "appeal_until": day_of_text(data.get("appeal_until")),
        "talk_at": moment_text(data.get("at")),
        "talk_place": data.get("place") or "",
        "result": data.get("status") or "",
        "appealed_at": moment_text(data.get("lodged_at")),
        "answered_at": moment_text(data.get("decided_at")),
        "clock": label("clock", clock.get("rule") or ""),
        "clock_due": moment_text(clock.get("due_at")),
        "clock_over": clock.get("at") == "due",
        "article": clock.get("article") or "",
        "case": data["case"],
        "told_at": moment_of(now),
        "phone": phone_of(phones, smallest_common(data["areas"]), day_of(now)),
    }


def _last_day(until: str | None) -> str:
    """The last day in force: the day before the one on which it has ended."""
    return day_text(date.fromisoformat(until) - timedelta(days=1)) if until else ""
