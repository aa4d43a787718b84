"""Reading bulletins, and the facts that they are made of: majority reads, served by indexes."""

from collections.abc import Sequence

from services.reporting.adapters import documents
from services.reporting.adapters.archive import EventReader
from services.reporting.adapters.bulletin_repository import (
    BULLETIN_ITEMS,
    BULLETINS,
    Document,
    items_of,
    midnight,
    to_bulletin,
)
from services.reporting.adapters.mongo import FACTS
from services.reporting.adapters.reads import conditions
from services.reporting.adapters.rollups import subtree
from services.reporting.domain.bulletin import PUBLISHED, Bulletin, BulletinFilters
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import Filters
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

    def facts_for(self, filters: Filters, limit: int) -> Sequence[Fact]:
        """What was withdrawn was no problem."""
        wanted = conditions(filters, None, self._archive)
        within = {"$and": [*wanted, {"state.status": {"$ne": _WITHDRAWN}}]}
        found = self._facts.find(within).sort([("state.found_at", 1), ("_id", 1)]).limit(limit)
        return [documents.to_fact(document) for document in found]


def _where(filters: BulletinFilters) -> Document:
    within: list[Document] = [{"area": subtree(filters.area)}]
    if filters.kind is not None:
        within.append({"kind": filters.kind})
    if filters.status is not None:
        within.append({"status": filters.status})
    if not filters.drafts:
        within.append({"status": PUBLISHED})
    if filters.since is not None:
        within.append({"until": {"$gte": midnight(filters.since)}})
    if filters.until is not None:
        within.append({"since": {"$lte": midnight(filters.until)}})
    return {"$and": within}
