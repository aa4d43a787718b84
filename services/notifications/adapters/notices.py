"""The notices of one transaction; what is saved is told to the world by the same transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.notifications.adapters import documents
from services.notifications.application.outgoing import CONTRACTS, state
from services.notifications.domain import recipients
from services.notifications.domain.events import Queued, Signed
from services.notifications.domain.notice import Notice
from shared.contracts import notifications as contracts
from shared.messaging import outbox
from shared.persistence.due import wake_index
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

NOTICES = "notices"
UNSIGNED = ("queued", "sent", "read", "failed")
QUEUED_NOW, SIGNED_NOW = "notices_queued", "notices_signed"
"""What a transaction remembers of its notices, to be counted once it has been committed."""

NOTICE_INDEXES = (
    # One notice for each event and recipient, however often the event comes.
    Index(NOTICES, [("event", 1), ("recipient", 1)], unique=True),
    # Lists, newest first: `_id` is a UUIDv7.
    Index(NOTICES, [("recipient", 1), ("_id", -1)]),
    Index(NOTICES, [("area", 1), ("_id", -1)]),
    Index(NOTICES, [("finding", 1), ("_id", -1)]),
    Index(NOTICES, [("status", 1), ("_id", -1)]),
    Index(NOTICES, [("event_type", 1), ("_id", -1)]),
    Index(NOTICES, [("case", 1), ("_id", -1)], partial={"case": {"$gt": ""}}),
    Index(NOTICES, [("warning", 1)], partial={"warning": {"$gt": ""}}),
    Index(NOTICES, [("carried", 1), ("_id", 1)], partial={"carried": {"$gt": ""}}),
    wake_index(NOTICES),
)


class NoticeRepository:
    """Notices of one transaction; saving one tells the world of it."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._of_cases: dict[str, list[str]] = {}

    def get(self, notice: str) -> Notice | None:
        document = self._tx.get(NOTICES, notice)
        return None if document is None else documents.to_notice(document)

    def add(self, notice: Notice) -> None:
        self._tell(notice)
        self._tx.insert(NOTICES, documents.of_notice(notice))
        if notice.about.case in self._of_cases:
            self._of_cases[notice.about.case].append(notice.id)

    def save(self, notice: Notice) -> None:
        self._tell(notice)
        self._tx.replace(NOTICES, documents.of_notice(notice))

    def told_of_warning(self, warning: str) -> Sequence[str]:
        found = self._tx.find(NOTICES, {"warning": warning})
        return list(dict.fromkeys(document["recipient"] for document in found))

    def carried_by(self, dispatch: str, limit: int) -> Sequence[Notice]:
        found = self._tx.find(NOTICES, {"carried": dispatch}, [("_id", 1)], limit)
        return [documents.to_notice(document) for document in found]

    def leaders_of(self, finding: str) -> Sequence[str]:
        found = self._tx.find(NOTICES, {"finding": finding, "leaders": {"$ne": []}}, [("_id", -1)], 1)
        return tuple(found[0].get("leaders", ())) if found else ()

    def load_cases(self, cases: Iterable[str]) -> None:
        """Have at hand what was told of these cases, in one round trip."""
        unread = [case for case in dict.fromkeys(cases) if case not in self._of_cases]
        if unread:
            self._of_cases.update((case, []) for case in unread)
            for document in self._tx.find(NOTICES, {"case": {"$in": unread}}):
                self._of_cases[document["case"]].append(document["_id"])

    def of_case(self, case: str) -> Sequence[Notice]:
        self.load_cases([case])
        return [notice for one in self._of_cases[case] if (notice := self.get(one)) is not None]

    def unsigned_of(self, recipient: str, limit: int) -> Sequence[Notice]:
        whose: Any = recipient
        if recipient.startswith(recipients.UNIT):
            whose = {"$gte": recipient, "$lt": recipient + ":"}  # ":" comes after every digit
        where = {"recipient": whose, "status": {"$in": list(UNSIGNED)}}
        found = self._tx.find(NOTICES, where, [("_id", 1)], limit)
        return [documents.to_notice(document) for document in found]

    def _tell(self, notice: Notice) -> None:
        for event in notice.pending:
            contract = CONTRACTS.get(type(event))
            if contract is None:
                continue
            notice.sequence += 1
            outbox.publish(
                self._tx,
                source=contracts.PRODUCER,
                type=contract,
                subject=notice.id,
                sequence=notice.sequence,
                data=state(notice, event),
                now=event.at,
            )
            if isinstance(event, Queued):
                self._tx.memo.setdefault(QUEUED_NOW, []).append(notice.id)
            if isinstance(event, Signed):
                # What was signed on paper may carry a time of that day before the notice was made.
                waited = ((notice.signed_at or event.at) - notice.queued_at).total_seconds()
                self._tx.memo.setdefault(SIGNED_NOW, []).append(max(waited, 0.0))
        notice.pending.clear()
