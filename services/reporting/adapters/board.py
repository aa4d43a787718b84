"""Cases for the board: majority reads of what was told of them last."""

from collections.abc import Mapping, Sequence

from services.reporting.adapters import documents
from services.reporting.adapters.archive import CASE
from services.reporting.adapters.mongo import ARCHIVE, CASES, FACTS
from services.reporting.domain.view import FINISHED_CASE
from shared.contracts.envelope import Event
from shared.persistence.database import MongoDatabase

MOST = 2000
"""Cases under way at once: more than a county has."""


class MongoBoardStore:
    """What was last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._cases = database.collection(CASES)
        self._archive = database.collection(ARCHIVE)
        self._facts = database.collection(FACTS)

    def newest_of_cases(self, finished: int) -> Sequence[Event]:
        """All that are under way, and of the finished ones the last that were opened."""
        done = {"told.status": {"$in": list(FINISHED_CASE)}}
        going = {"told.status": {"$nin": [*FINISHED_CASE, None]}}
        known = [
            (row["_id"], row["sequence"])
            for where, most in ((going, MOST), (done, finished))
            for row in self._cases.find(where, {"sequence": 1}).sort("_id", -1).limit(most)
        ]
        if not known:
            return ()
        exactly = [{"source": "accountability", "subject": case, "sequence": n} for case, n in known]
        return [
            documents.to_event(row)
            for row in self._archive.find({"$or": exactly})
            if row["type"].startswith(CASE)
        ]

    def numbers(self, findings: Sequence[str]) -> Mapping[str, str]:
        found = self._facts.find({"_id": {"$in": list(findings)}}, {"state.number": 1})
        return {row["_id"]: row["state"]["number"] for row in found if row.get("state")}
