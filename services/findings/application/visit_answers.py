"""Visits as callers see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.findings.application.answers import Answer
from services.findings.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class VisitAnswers:
    """Makes answers; `area_name` gives the name of an area's code."""

    area_name: Callable[[str], str]

    def warning(self, other: Visit) -> Answer:
        place = f"{self.area_name(other.errand.area)} {other.errand.place.name}"
        happens = "已走访" if other.outcome else "计划走访"
        return {
            "code": "same_place",
            "detail": f"{other.errand.team}于{other.day.isoformat()}{happens}{place},请协调,减轻基层负担",
            "visit": other.id,
            "team": other.errand.team,
            "on": other.day,
        }

    def count(self, area: str, counted: Mapping[str | None, int]) -> Answer:
        clean, found = counted.get("clean", 0), counted.get("found", 0)
        return {
            "area": area,
            "area_name": self.area_name(area),
            "visits": clean + found,
            "clean": clean,
            "found": found,
            "planned": counted.get(None, 0),
        }

    def visit(self, visit: Visit) -> Answer:
        errand, outcome = visit.errand, visit.outcome
        return {
            "id": visit.id,
            "team": errand.team,
            "area": errand.area,
            "area_name": self.area_name(errand.area),
            "place": {"name": errand.place.name, "kind": errand.place.kind},
            "method": errand.method,
            "plan": errand.plan,
            "planned_on": errand.planned_on,
            "campaign": errand.campaign,
            "status": "done" if outcome else "planned",
            "visited_at": outcome.visited_at if outcome else None,
            "result": outcome.result if outcome else None,
            "findings": list(outcome.findings) if outcome else [],
            "note": outcome.note if outcome else None,
            "version": visit.version,
            "created_at": visit.made.at,
            "updated_at": visit.updated_at,
        }
