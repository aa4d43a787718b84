"""What the templates may say: an event's data in the county's words and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.notifications.application.bulletin_matters import bulletin_facts, speaks_of_a_bulletin
from services.notifications.application.case_facts import case_facts
from services.notifications.application.case_matters import speaks_of_a_case
from services.notifications.application.days import day_text, moment_of, moment_text
from services.notifications.application.matters import summary_of
from services.notifications.domain import recipients
from services.notifications.domain.calendar import day_of
from services.notifications.domain.matter import DIRECT, Matter
from services.notifications.domain.phones import Phone, phone_of
from services.notifications.domain.policy import Telling
from shared.contracts.areas import Areas
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary

_INSTANT = timedelta(milliseconds=1)
_OFFICE = "督查室"


@dataclass(frozen=True, slots=True)
class CountyWords:
    """The county's names for things."""

    vocabulary: Vocabulary
    areas: Areas
    phones: Sequence[Phone]
    rules: Mapping[tuple[str, int], str]
    """The titles of accountability's rules, by id and version."""

    def of_event(self, event: Event, now: datetime) -> dict[str, Any]:
        """What every recipient of the event is told alike."""
        if speaks_of_a_case(event):
            return case_facts(self.vocabulary, self.phones, event, now)
        if speaks_of_a_bulletin(event):
            return bulletin_facts(self.phones, event, now)
        data, summary, label = event.data, summary_of(event), self.vocabulary.label
        return {
            "number": summary["number"],
            "found_at": moment_text(summary["found_at"]),
            "team": label("team", summary["team"]),
            "area": self._place(summary["area"], summary["area_name"]),
            "place": summary["place"]["name"],
            "place_kind": label("place_kind", summary["place"]["kind"]),
            "category": label("category", summary["category"]),
            "severity": label("severity", summary["severity"]),
            "description": summary["description"],
            "suggestion": summary.get("suggestion") or "",
            "count": summary["count"],
            "immediate": summary["immediate"],
            "due": _due(summary),
            "object_until": _object_until(summary),
            "responsible": [self._person(one) for one in data.get("responsible", ()) if "name" in one],
            "missing": data.get("missing"),
            "because": [self._rule(one) for one in data.get("because", ())],
            "level": data.get("level", 0),
            "supervised": data.get("flags", {}).get("supervised", False),
            "reported_at": moment_text(data["reported_at"]) if data.get("reported_at") else "",
            "review_on": day_text(date.fromisoformat(data["review_on"])) if data.get("review_on") else "",
            "move": data.get("change", {}).get("move", ""),
            "status": data.get("status", ""),
            "note": data.get("change", {}).get("note") or "",
            "self_check": self._self_check(data.get("self_check")),
            "told_at": moment_of(now),
            "phone": phone_of(self.phones, summary["area"], day_of(now)),
        }

    def _self_check(self, late: Mapping[str, Any] | None) -> dict[str, str]:
        """Which area has not answered by which day; empty where none is late."""
        if not late:
            return {}
        area = self._place(late["area"], late["area_name"])
        return {"area": area, "due": day_text(date.fromisoformat(late["due"]))}

    def of_recipient(self, telling: Telling, matter: Matter, name: str | None) -> dict[str, Any]:
        """Whom the notice addresses, and why him."""
        told_as = {one.cadre: one for one in matter.responsible}.get(telling.recipient)
        duty = told_as.role if told_as else ""
        return {
            "addressee": name or (told_as.name if told_as else None) or self.name(telling.recipient),
            "person": recipients.is_person(telling.recipient),
            "reason": telling.reason,
            "duty": self.vocabulary.label("duty_role", duty),
            "instead": telling.reason == DIRECT and duty != DIRECT,
        }

    def of_person(self, cadre: str, name: str | None) -> dict[str, Any]:
        """Who is addressed by his place in the chain."""
        return {"addressee": name or cadre, "person": True, "reason": "", "duty": "", "instead": False}

    def name(self, recipient: str) -> str:
        """What a recipient who is no person is called."""
        if recipient == recipients.OFFICE:
            return _OFFICE
        if recipient.startswith(recipients.UNIT):
            return self.areas.name(recipient.removeprefix(recipients.UNIT))
        if recipient.startswith(recipients.TEAM):
            return self.vocabulary.label("team", recipient.removeprefix(recipients.TEAM))
        return recipient

    def _place(self, area: str, name: str) -> str:
        """With the township before the village: two townships may have villages of one name."""
        township, name = self.areas.township_of(area), name or self.areas.name(area)
        return name if township == area or township not in self.areas else self.areas.name(township) + name

    def _rule(self, because: Mapping[str, Any]) -> dict[str, Any]:
        rule, version = because["rule"], because["version"]
        return {"title": self.rules.get((rule, version)) or rule, "version": version}

    def _person(self, responsible: Mapping[str, Any]) -> dict[str, str]:
        return {
            "name": responsible["name"],
            "duty": self.vocabulary.label("duty_role", responsible["role"]),
        }


def _due(summary: Mapping[str, Any]) -> str:
    """By when it must be mended; a deadline is a day and ends at 24:00 there."""
    due_at, deadline = summary.get("due_at"), summary.get("deadline")
    if summary["immediate"] and due_at:
        return moment_text(due_at)
    if deadline:
        return f"{day_text(date.fromisoformat(deadline))}24:00"
    return moment_text(due_at) if due_at else ""


def _object_until(summary: Mapping[str, Any]) -> str:
    """The last day on which it may be disputed; empty where nobody says."""
    told = summary.get("dispute_until")
    return day_text(day_of(datetime.fromisoformat(told) - _INSTANT)) if told else ""
