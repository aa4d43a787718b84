"""How far the file of a ledger has come."""

from dataclasses import dataclass
from datetime import datetime

MAKING, MADE, FAILED = "making", "made", "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """`rows` are in the file, `of` all that there will be: None where that is not known before (of a past day)."""

    id: str
    sub: str
    ending: str
    begun_at: datetime
    of: int | None
    rows: int = 0
    status: str = MAKING

    @property
    def percent(self) -> int | None:
        """Of the rows; what is told meanwhile may make more of them than were expected."""
        if self.status == MADE:
            return 100
        return None if self.of is None else min(99, 100 * self.rows // max(1, self.of))
