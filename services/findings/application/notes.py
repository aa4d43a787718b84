"""A pasted note taken apart into proposed findings. Nothing is posted: a person confirms each by posting it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.findings.application.answers import Answer
from services.findings.domain.splitting import Proposal, Splitter, SplittingRules
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims

_REQUIRED = ("team", "method", "found_at", "area", "category", "severity")


class NoteReader:
    """Splits notes by the county's rules and the names of its areas."""

    def __init__(self, rules: SplittingRules, areas: Areas) -> None:
        self._rules = rules
        self._areas = areas
        # A village and its township may be called the same: the township, which comes first, keeps the short name.
        self._names: dict[str, str] = {}
        for area in areas:
            for name in rules.names(area.name):
                self._names.setdefault(name, area.code)

    def split(self, told: Mapping[str, Any], by: Claims) -> Answer:
        """Proposals in the form that POST /findings takes; `told` holds the note and what holds of all of it.

        `missing` names the fields that a person has to fill in, by the path that POST /findings would name.
        """
        shared = {name: value for name, value in told.items() if name != "text"}
        if by.role == "supervisor" and shared.get("team") is None:
            shared["team"] = by.team
        proposals, rest = Splitter(self._rules, self._names).split(told["text"])
        return {
            "proposals": [self._proposal(one, shared) for one in proposals],
            "not_understood": [asdict(one) for one in rest],
        }

    def _proposal(self, one: Proposal, shared: Mapping[str, Any]) -> Answer:
        finding = {
            **shared,
            "area": one.area,
            "place": {"name": one.place, "kind": one.place_kind},
            "category": one.category,
            "description": one.text,
            "suggestion": one.suggestion,
            "count": one.count,
        }
        missing = [name for name in _REQUIRED if finding.get(name) is None]
        missing += [f"place.{name}" for name, value in finding["place"].items() if value is None]
        return {
            "line": one.line,
            "finding": finding,
            "area_name": self._areas.name(one.area) if one.area else None,
            "total_without_details": one.is_total,
            "category_words": list(one.words),
            "missing": missing,
        }
