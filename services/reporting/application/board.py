"""The board: cases 问责事项 by the stage that they are in, for those who may know that a case exists."""

from collections.abc import Mapping
from datetime import datetime

from services.reporting.application import scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import BoardStore, Clock
from services.reporting.domain.calendar import day_of
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary

FINISHED = 50
"""Of finished cases as many as the last."""
_STATUS = "case_status"


class Board:
    """What the page shows."""

    def __init__(self, store: BoardStore, vocabulary: Vocabulary, areas: Areas, clock: Clock) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._areas = areas
        self._clock = clock

    def get(self, by: Claims) -> Answer:
        """Each stage in the order of the vocabulary, in it who has waited longest first."""
        now = self._clock()
        shown = [event for event in self._store.newest_of_cases(FINISHED) if _is_known_to(by, event)]
        numbers = self._store.numbers(sorted({one for event in shown for one in event.data["findings"]}))
        rows = [self._row(event, numbers, now) for event in sorted(shown, key=lambda event: event.time)]
        stages = [
            {
                "status": status,
                "name": self._vocabulary.label(_STATUS, status),
                "cases": [row for row in rows if row["status"] == status],
            }
            for status in self._vocabulary.raw[_STATUS]
        ]
        return {"area_name": self._areas.name(by.area), "now": now, "finished": FINISHED, "stages": stages}

    def _row(self, event: Event, numbers: Mapping[str, str], now: datetime) -> Answer:
        told = event.data
        return {
            "id": told["case"],
            "status": told["status"],
            "title": told.get("title"),
            "areas": list(dict.fromkeys(self._areas.name(area) for area in told["areas"])),
            "findings": [{"id": one, "number": numbers.get(one, one)} for one in told["findings"]],
            "persons": len(told["persons"]),
            "restricted": told["restricted"],
            "opened_on": day_of(datetime.fromisoformat(told["opened_at"])),
            "moved_on": day_of(event.time),
            "days": (day_of(now) - day_of(event.time)).days,
        }


def _is_known_to(by: Claims, event: Event) -> bool:
    """By the areas of its findings; a restricted one exists for its handlers and the auditor only."""
    told = event.data
    if told["restricted"] and by.role != scope.AUDITOR and by.sub not in told.get("handlers", ()):
        return False
    return any(by.covers(area) for area in told["areas"])
