"""Messages on outside channels, and what is gathered for whom, of one transaction."""

from collections.abc import Iterable, Mapping, Sequence

from services.notifications.adapters import documents
from services.notifications.adapters.documents import window_key
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.gathering import Window
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

DISPATCHES, WINDOWS = "dispatches", "windows"

DISPATCH_INDEXES = (
    Index(DISPATCHES, [("channel", 1), ("due_at", 1), ("lane", 1)], partial={"status": "pending"}),
    Index(DISPATCHES, [("area", 1), ("_id", -1)]),
    Index(DISPATCHES, [("recipient", 1), ("_id", -1)]),
    Index(DISPATCHES, [("attention", 1), ("_id", -1)], partial={"attention": True}),
    Index(DISPATCHES, [("lease_until", 1)], partial={"status": "sending"}),
    Index(DISPATCHES, [("unsettled", 1)], partial={"unsettled": True}),
)


class DispatchRepository:
    """Messages on outside channels."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, dispatch: str) -> Dispatch | None:
        document = self._tx.get(DISPATCHES, dispatch)
        return None if document is None else documents.to_dispatch(document)

    def get_many(self, dispatches: Iterable[str]) -> Mapping[str, Dispatch]:
        found = self._tx.get_many(DISPATCHES, dispatches)
        return {key: documents.to_dispatch(document) for key, document in found.items()}

    def save(self, dispatch: Dispatch) -> None:
        dispatch.version += 1
        self._tx.replace(DISPATCHES, documents.of_dispatch(dispatch))


class WindowRepository:
    """What is gathered for whom. Nobody is known before the first message to him."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, recipient: str, channel: str) -> Window:
        document = self._tx.get(WINDOWS, window_key(recipient, channel))
        return Window(recipient, channel) if document is None else documents.to_window(document)

    def get_many(self, keys: Iterable[tuple[str, str]]) -> Sequence[Window]:
        found = self._tx.get_many(WINDOWS, [window_key(*key) for key in keys])
        return [documents.to_window(document) for document in found.values()]

    def save(self, window: Window) -> None:
        self._tx.replace(WINDOWS, documents.of_window(window))
