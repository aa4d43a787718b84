"""Who may know of cases, as documents."""

from collections.abc import Iterable

from services.notifications.domain.case_access import CaseAccess
from shared.persistence.transaction import Transaction

CASES = "cases"


class CaseRepository:
    """One document for each case that was ever heard of."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, case: str) -> CaseAccess | None:
        document = self._tx.get(CASES, case)
        if document is None:
            return None
        handlers = document["handlers"]
        return CaseAccess(case, None if handlers is None else tuple(handlers), document["at"])

    def load(self, cases: Iterable[str]) -> None:
        """Have these at hand, in one round trip."""
        self._tx.get_many(CASES, cases)

    def save(self, access: CaseAccess) -> None:
        handlers = None if access.handlers is None else list(access.handlers)
        self._tx.replace(CASES, {"_id": access.case, "handlers": handlers, "at": access.at})
