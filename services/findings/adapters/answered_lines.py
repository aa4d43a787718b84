"""Which lines of sheets have been carried out, so that a sheet that is sent again moves nothing twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.findings.adapters.documents import history_prefix
from services.findings.application.answered import Answered
from services.findings.domain.moves import Move
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

ANSWERED, HISTORY = "answered_lines", "history"
ANSWERED_INDEXES = (Index(ANSWERED, [("expire_at", 1)], ttl=0),)
KEPT = timedelta(days=90)
"""A sheet that is older is sent again by nobody."""
_MOST = 200


class AnsweredLines:
    """The lines of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def expect(self, lines: Iterable[Answered]) -> None:
        """Have at hand whether these were carried out, in one round trip."""
        self._tx.get_many(ANSWERED, [line.key for line in lines])

    def holds(self, line: Answered) -> bool:
        """Whether the line was carried out and still stands: nobody in another role has changed the status since.

        Time and the office's notes change no status; a report that was sent back may be made again word by word.
        """
        found = self._tx.get(ANSWERED, line.key)
        if found is None:
            return False
        prefix = history_prefix(line.finding)
        since = {
            "_id": {"$gt": f"{prefix}{found['version']:06d}", "$lt": prefix + ":"},
            "role": {"$ne": line.role},
        }
        rows = self._tx.find(HISTORY, since, [("_id", 1)], _MOST)
        return all(row["from"] == row["to"] and row["move"] != Move.TRANSFER for row in rows)

    def add(self, line: Answered, version: int, now: datetime) -> None:
        """The line has brought the finding to this version."""
        self._tx.replace(ANSWERED, {"_id": line.key, "version": version, "expire_at": now + KEPT})
