"""What the templates may say: an event's data in the county's words and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.notifications.application.matters import summary_of
from services.notifications.domain import recipients
from services.notifications.domain.calendar import SHANGHAI, day_of
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
        data, summary, label = event.data, summary_of(event), self.vocabulary.label
        return {
            "number": summary["number"],
            "found_at": _moment(summary["found_at"]),
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
            "reported_at": _moment(data["reported_at"]) if data.get("reported_at") else "",
            "review_on": _day(date.fromisoformat(data["review_on"])) if data.get("review_on") else "",
            "self_check": self._self_check(data.get("self_check")),
            "told_at": _moment_of(now),
            "phone": phone_of(self.phones, summary["area"], day_of(now)),
        }

    def _self_check(self, late: Mapping[str, Any] | None) -> dict[str, str]:
        """Which area has not answered by which day; empty where none is late."""
        if not late:
            return {}
        area = self._place(late["area"], late["area_name"])
        return {"area": area, "due": _day(date.fromisoformat(late["due"]))}

    def of_recipient(self, telling: Telling, matter: Matter, name: str | None) -> dict[str, Any]:
        """Whom the notice addresses, and why him."""
        told_as = {one.cadre: one for one in matter.responsible}.get(telling.recipient)
        duty = told_as.role if told_as else ""
        return {
            "addressee": name or (told_as.name if told_as else None) or self._name(telling.recipient),
            "person": recipients.is_person(telling.recipient),
            "reason": telling.reason,
            "duty": self.vocabulary.label("duty_role", duty),
            "instead": telling.reason == DIRECT and duty != DIRECT,
        }

    def _name(self, recipient: str) -> str:
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
        return _moment(due_at)
    if deadline:
        return f"{_day(date.fromisoformat(deadline))}24:00"
    return _moment(due_at) if due_at else ""


def _object_until(summary: Mapping[str, Any]) -> str:
    """The last day on which it may be disputed; empty where nobody says."""
    told = summary.get("dispute_until")
    return _day(day_of(datetime.fromisoformat(told) - _INSTANT)) if told else ""


def _moment(text: str) -> str:
    return _moment_of(datetime.fromisoformat(text))


def _moment_of(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{_day(local.date())}{local.hour:02}:{local.minute:02}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
