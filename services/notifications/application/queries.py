"""What callers may ask: notices within their reach, contacts, the policies, and the figures of the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.notifications.application import answers, scope, slices
from services.notifications.application.answers import Answer
from services.notifications.domain import recipients
from services.notifications.domain.contact import Contact
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.errors import UnknownContactError, UnknownNoticeError
from services.notifications.domain.notice import Notice
from shared.contracts.claims import Claims

Listed = tuple[list[Answer], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilters:
    """Which notices. `own` limits them to one recipient (or the units below one), else to the area `within`.

    `handler` limits those about restricted cases to the ones that he handles; None: the caller sees all.
    """

    within: str
    handler: str | None = None
    own: str | None = None
    area: str | None = None
    recipient: str | None = None
    status: str | None = None
    event_type: str | None = None
    finding: str | None = None
    case: str | None = None
    unsigned: bool | None = None


class NoticeStore(Protocol):
    """Notices as they were last committed."""

    def get(self, notice: str) -> Notice | None: ...

    def find(
        self, filters: NoticeFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Notice], str | None]: ...

    def dispatches(self, keys: Sequence[str]) -> Mapping[str, Dispatch]: ...

    def contact(self, recipient: str) -> Contact | None: ...

    def contacts(
        self, area: str, unreachable: bool | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Contact], str | None]: ...

    def noticed(self, area: str) -> int: ...

    def unsigned(self) -> int: ...

    def outbox_pending(self) -> int: ...


class NotificationsQueries:
    """One method for each question."""

    def __init__(self, store: NoticeStore, policies: Sequence[Answer]) -> None:
        self._store = store
        self._policies = policies

    def notice(self, notice_id: str, by: Claims) -> Answer:
        """One notice; one that the caller may not read does not exist for him."""
        notice = self._store.get(notice_id)
        if notice is None or not scope.may_read(by, notice):
            raise UnknownNoticeError
        return self._answers([notice])[0]

    def notices(self, by: Claims, limit: int, cursor: str | None, **asked: Any) -> Listed:
        """Newest first."""
        filters = NoticeFilters(
            within=by.area, own=_own(by), handler=None if by.role == "auditor" else by.sub, **asked
        )
        if filters.own == "":
            return [], None
        found, following = self._store.find(filters, limit, cursor)
        return self._answers(found), following

    def contact(self, recipient: str, by: Claims) -> Answer:
        """One contact of the caller's area."""
        contact = self._store.contact(recipient)
        if contact is None or not by.covers(contact.area):
            raise UnknownContactError
        return answers.contact(contact)

    def contacts(self, by: Claims, unreachable: bool | None, limit: int, cursor: str | None) -> Listed:
        """Newest first."""
        found, following = self._store.contacts(by.area, unreachable, limit, cursor)
        return [answers.contact(one) for one in found], following

    def policies(self, limit: int, cursor: str | None) -> Listed:
        """The table, in the order of its file."""
        return slices.of(self._policies, limit, cursor)

    def counts(self, by: Claims) -> Answer:
        """The figures that the ledger is reconciled with."""
        noticed = self._store.noticed(by.area)
        return {"outbox_pending": self._store.outbox_pending(), "noticed": noticed}

    def unsigned(self) -> int:
        """For the metrics."""
        return self._store.unsigned()

    def _answers(self, notices: Sequence[Notice]) -> list[Answer]:
        carriers = {one.dispatch for notice in notices for one in notice.deliveries if one.under_way}
        dispatches = self._store.dispatches(sorted(one for one in carriers if one))
        return [answers.notice(notice, dispatches) for notice in notices]


def _own(by: Claims) -> str | None:
    """The recipient whose notices alone the caller may read: none for those who read an area's, "" for nobody."""
    if by.role in scope.READS_OTHERS:
        return None
    if by.role == "cadre":
        return by.cadre if by.cadre and recipients.is_person(by.cadre) else ""
    if by.role == "unit":
        return recipients.unit(by.area)
    return recipients.team(by.team) if by.role == "supervisor" and by.team else ""
