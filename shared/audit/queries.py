"""Reading the trail: the rows that have their place, and those that wait for it, as one list, newest first."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pymongo

from shared.audit.chain import shown
from shared.audit.rows import WAITING
from shared.audit.storage import trail
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import cursor_after, page
from shared.persistence.transaction import Document

_ORDER = (("at", -1), ("_id", -1))
_AT_ONCE = 1000
_SECONDS = 10.0
_UNPLACED: dict[str, Any] = dict.fromkeys(("position", "previous", "chained_at", "hash"))


class TrailQueries:
    """What auditors ask of one service."""

    def __init__(self, database: MongoDatabase) -> None:
        # Those that wait are read first: a row that is given its place in between is seen twice, never not at all.
        self._places = (database.collection(WAITING), trail(database))

    def page(
        self, filters: Mapping[str, Any], limit: int, cursor: str | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """One page, and the cursor of the next."""
        found: dict[str, Document] = {}
        more = False
        for place in self._places:
            rows, following = page(place, _where(**filters), _ORDER, limit, cursor)
            found |= {row["_id"]: row for row in rows}
            more = more or following is not None
        rows = sorted(found.values(), key=lambda row: (row["at"], row["_id"]), reverse=True)
        kept = rows[:limit]
        following = cursor_after(kept[-1], _ORDER) if more or len(rows) > limit else None
        return [{**_UNPLACED, **shown(row)} for row in kept], following

    def all(self, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Every row, read in bounded portions."""
        cursor: str | None = None
        while True:
            with pymongo.timeout(_SECONDS):
                rows, cursor = self.page(filters, _AT_ONCE, cursor)
            yield from rows
            if cursor is None:
                return


def _where(
    subject: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    exact = {"subject": subject, "actor": actor, "action": action}
    where: dict[str, Any] = {name: value for name, value in exact.items() if value is not None}
    if since is not None or until is not None:
        bounds = {"$gte": since, "$lt": until}
        where["at"] = {test: bound for test, bound in bounds.items() if bound is not None}
    return where
