"""Brings what was written down into the rollups: when there is much of it, or when nothing more comes."""

from services.reporting.adapters.rollups import ENOUGH, NEWS, fold
from shared.persistence.database import MongoDatabase

_PATIENCE = 15.0


class RollupKeeper:
    """Asked now and then. While much arrives it waits: what changes again and again is then added up once."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._newest: str | None = None

    def keep(self) -> bool:
        """Fold one batch, if it is time; whether more waits."""
        news = self._database.collection(NEWS)
        newest = news.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        if newest is None:
            return False
        quiet, self._newest = newest["_id"] == self._newest, newest["_id"]
        if not quiet and news.count_documents({}, limit=ENOUGH) < ENOUGH:
            return False
        return self._database.transact(fold, timeout=_PATIENCE)
