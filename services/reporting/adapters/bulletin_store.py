"""Reading bulletins, and the facts that they are made of: majority reads, served by indexes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.reporting.adapters import documents
from services.reporting.adapters.archive import EventReader
from services.reporting.adapters.bulletin_repository import (
    BULLETIN_FILES,
    BULLETIN_ITEMS,
    BULLETIN_NUMBERS,
    BULLETINS,
    Document,
    items_of,
    midnight,
    pieced_together,
    to_bulletin,
)
from services.reporting.adapters.mongo import CASES
from services.reporting.adapters.reads import conditions
from services.reporting.adapters.rollups import subtree
from services.reporting.adapters.searching import FACTS
from services.reporting.domain.bulletin import BEYOND_ITS_AREA, COUNTY, PUBLISHED, Bulletin, BulletinFilters
from services.reporting.domain.bulletin_case import TOLD_STATUSES
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import Filters
from shared.contracts.envelope import Event
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page

_WITHDRAWN = "withdrawn"


class MongoBulletinStore:
    """Bulletins as they were last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._bulletins = database.collection(BULLETINS)
        self._items = database.collection(BULLETIN_ITEMS)
        self._facts = database.collection(FACTS)
        self._archive = EventReader(database)
        self._files = database.collection(BULLETIN_FILES)
        self._cases = database.collection(CASES)
        self._numbers = database.collection(BULLETIN_NUMBERS)

    def get(self, bulletin: str) -> Bulletin | None:
        head = self._bulletins.find_one({"_id": bulletin})
        return None if head is None else to_bulletin(head, [])

    def whole(self, bulletin: str) -> Bulletin | None:
        head = self._bulletins.find_one({"_id": bulletin})
        if head is None:
            return None
        return to_bulletin(head, list(self._items.find(items_of(bulletin)).sort("_id", 1)))

    def find(
        self, filters: BulletinFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Bulletin], str | None]:
        found, following = page(self._bulletins, _where(filters), [("_id", -1)], limit, cursor)
        return [to_bulletin(head, []) for head in found], following

    def files(self, bulletin: str) -> Mapping[str, bytes]:
        """Those of a published one, by format."""
        return pieced_together(self._files.find(items_of(bulletin)).sort("_id", 1))

    def published(self) -> Sequence[str]:
        """The ids of all that are published."""
        return [row["_id"] for row in self._bulletins.find({"status": PUBLISHED}, {"_id": 1})]

    def numbers_taken(self) -> int:
        """In all series together."""
        return sum(row["n"] for row in self._numbers.find())

    def by_kind(self) -> Mapping[str, int]:
        """How many were published, by kind."""
        stages: list[Document] = [
            {"$match": {"status": PUBLISHED}},
            {"$group": {"_id": "$kind", "n": {"$sum": 1}}},
        ]
        return {row["_id"]: row["n"] for row in self._bulletins.aggregate(stages)}

    def case_ids(self, limit: int) -> Sequence[str]:
        """Cases of which something may have been served, the oldest first; restricted ones never."""
        known = {"told.restricted": False, "told.status": {"$in": list(TOLD_STATUSES)}}
        return [row["_id"] for row in self._cases.find(known, {"_id": 1}).sort("_id", 1).limit(limit)]

    def told_of_cases(self, cases: Sequence[str]) -> Sequence[Event]:
        """What was told of these cases and of their measures."""
        return self._archive.of_cases(cases)

    def cards(self, cadres: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The newest card of each of them in the register."""
        return self._archive.cards(cadres)

    def facts_for(self, filters: Filters, limit: int) -> Sequence[Fact]:
        """What was withdrawn was no problem."""
        wanted = conditions(filters, None)
        within = {"$and": [*wanted, {"state.status": {"$ne": _WITHDRAWN}}]}
        found = self._facts.find(within).sort([("state.found_at", 1), ("_id", 1)]).limit(limit)
        return [documents.to_fact(document) for document in found]

    def withdrawn(self, findings: Sequence[str]) -> Collection[str]:
        """Those of them that are withdrawn by now."""
        gone = {"_id": {"$in": list(findings)}, "state.status": _WITHDRAWN}
        return {row["_id"] for row in self._facts.find(gone, {"_id": 1})}


def _where(filters: BulletinFilters) -> Document:
    county = {"area": subtree(filters.area[:COUNTY]), "audience": {"$in": list(BEYOND_ITS_AREA)}}
    within: list[Document] = [
        {"$or": [{"area": subtree(filters.area)}, {"status": PUBLISHED, **county}]},
    ]
    if filters.kind is not None:
        within.append({"kind": filters.kind})
    if filters.status is not None:
        within.append({"status": filters.status})
    within.append({"$or": [{"status": PUBLISHED}, {"kind": {"$in": list(filters.drafts)}}]})
    if filters.since is not None:
        within.append({"until": {"$gte": midnight(filters.since)}})
    if filters.until is not None:
        within.append({"since": {"$lte": midnight(filters.until)}})
    return {"$and": within}
