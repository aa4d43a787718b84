"""An informant 检举人: who gave the lead. Kept apart from the case, sealed, and opened only on a reasoned request that
another person has granted."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.errors import InvalidTransitionError, SamePersonError

PENDING, GRANTED, REFUSED = "pending", "granted", "refused"
RESULTS = (GRANTED, REFUSED)


@dataclass(slots=True, kw_only=True)
class Informant(Aggregate):
    """One for a case, under the case's id. `sealed` is who it is, encrypted: nothing here can read it."""

    sealed: str
    entered_by: str


@dataclass(slots=True, kw_only=True)
class InformantRequest(Aggregate):
    """Somebody wants to know who it was. Granted, he alone reads it, before `until`."""

    case: str
    reason: str
    asked_by: str
    status: str = PENDING
    decided_by: str | None = None
    note: str | None = None
    until: datetime | None = None

    def decide(self, result: str, note: str | None, by: str, until: datetime, at: datetime) -> None:
        """Another person grants or refuses it; `until` is the end of what is granted.

        Raises:
            InvalidTransitionError: it is decided.
            SamePersonError: he asked himself.
        """
        if self.status != PENDING:
            raise InvalidTransitionError("decide", "request", self.status, ())
        if by == self.asked_by:
            raise SamePersonError("somebody else than who asked decides on it")
        self.status, self.decided_by, self.note = result, by, note
        self.until = until if result == GRANTED else None
        self.changed(at)

    def opens_for(self, sub: str, at: datetime) -> bool:
        """Whether this person may read it now."""
        return sub == self.asked_by and self.until is not None and at < self.until
