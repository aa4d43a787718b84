"""Statistics out of the rollups, at one moment (a snapshot)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo.errors import OperationFailure

from services.reporting.adapters import rollups
from services.reporting.adapters.documents import Document
from services.reporting.adapters.projection import PROJECTION, STATE
from services.reporting.domain.filters import Filters
from services.reporting.domain.rollups import serves
from services.reporting.domain.statistics import Cell
from shared.persistence.database import MongoDatabase

_NO_SNAPSHOT = (239, 246)
"""The collections are being exchanged (too old, unavailable)."""


class RollupReader:
    """Of what was last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def cells(self, filters: Filters, by: str, now: datetime) -> Sequence[Cell] | None:
        """The cells of statistics; None where the rollups cannot tell and the facts have to be asked."""
        if not serves(filters):
            return None
        try:
            return self._read(filters, by, now)
        except OperationFailure as exc:
            if exc.code in _NO_SNAPSHOT:
                return None
            raise

    def _read(self, filters: Filters, by: str, now: datetime) -> Sequence[Cell] | None:
        with self._database.client.start_session(snapshot=True) as session:
            state = self._database.collection(PROJECTION).find_one({"_id": STATE}, session=session)
            if state is None or not state["complete"]:
                return None

            def find(collection: str, where: Document) -> Iterable[Document]:
                wanted = {by: 1} if collection == rollups.ROLLUPS else None
                return self._database.collection(collection).find(where, wanted, session=session)

            return rollups.cells(find, filters, by, now)
