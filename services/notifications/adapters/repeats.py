"""Which messages left the house lately, so that the same does not leave it again so soon."""

from collections.abc import Iterable
from datetime import datetime

from services.notifications.application.ports import MessageKey
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

REPEATS = "repeats"
REPEATS_INDEX = Index(REPEATS, [("expire_at", 1)], ttl=0)


def _id(key: MessageKey) -> str:
    # None of the three holds a space.
    return " ".join(key)


class RepeatRepository:
    """By finding, event type and recipient: until when there is no second outside message."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def until(self, key: MessageKey) -> datetime | None:
        document = self._tx.get(REPEATS, _id(key))
        moment: datetime | None = None if document is None else document["expire_at"]
        return moment

    def prefetch(self, keys: Iterable[MessageKey]) -> None:
        self._tx.get_many(REPEATS, [_id(key) for key in keys])

    def save(self, key: MessageKey, until: datetime) -> None:
        self._tx.replace(REPEATS, {"_id": _id(key), "expire_at": until})
