"""A finding as this service knows it: what decides who answers and which rules speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Finding:
    """The newest state that an event told. `day` is the day of found_at; `named` are the cadres that the team
    holds responsible; `level` is the highest overdue level it has reached; `summary` is carried on unread, for
    notices."""

    id: str
    number: str
    area: str
    place_kind: str
    category: str
    severity: str
    group: str | None
    day: date
    named: tuple[str, ...]
    status: str
    historical: bool
    summary: Mapping[str, Any]
    level: int = 0

    @property
    def withdrawn(self) -> bool:
        """Whether it is no ground for anything any more."""
        return self.status == WITHDRAWN
