"""The revisits 回头看 that wait for a team."""

from collections.abc import Callable
from dataclasses import dataclass

from services.findings.application.answers import Answer
from services.findings.application.ports import Clock
from services.findings.application.queries import Filters, FindingStore
from services.findings.domain.calendar import end_of
from services.findings.domain.revisits import RevisitRules
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class Revisits:
    """Closed findings that the rules choose and nobody has revisited since."""

    store: FindingStore
    rules: RevisitRules
    area_name: Callable[[str], str]
    clock: Clock

    def waiting(self, by: Claims, limit: int, cursor: str | None) -> tuple[list[Answer], str | None]:
        """One page, newest finding first; a page may be shorter than `limit`. A team sees its own."""
        now, team = self.clock(), by.team if by.role == "supervisor" else None
        filters = Filters(reach=by.area, status="closed", team=team)
        found, after = self.store.find(filters, now, limit, cursor)
        items = []
        for one in found:
            due = self.rules.due(one)
            if due is None or one.latest_revisit is not None:
                continue
            items.append(
                {
                    "id": one.id,
                    "number": one.number.text,
                    "team": one.facts.team,
                    "area": one.facts.area,
                    "area_name": self.area_name(one.facts.area),
                    "severity": one.facts.severity,
                    "returned_count": one.returned_count,
                    "closed_at": one.closed_at,
                    "due": due,
                    "overdue": now >= end_of(due),
                }
            )
        return items, after
