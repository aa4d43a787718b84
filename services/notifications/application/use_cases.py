"""Every command of the service: load, one domain call, save. The kernel opens and commits the transaction."""

from collections.abc import Iterable

from services.notifications.application import answers, contacts, scope, verifying
from services.notifications.application.answers import Answer
from services.notifications.application.commands import (
    AnswerNotice,
    FollowCase,
    ImportContacts,
    RegisterCadre,
    SetContact,
)
from services.notifications.application.contacts import Result
from services.notifications.application.ports import Clock, Work
from services.notifications.application.posting import Postbox
from services.notifications.application.telling import Teller
from services.notifications.domain.contact import Contact
from services.notifications.domain.errors import UnknownNoticeError
from services.notifications.domain.notice import Notice
from shared.contracts.accountability import CADRE_REGISTERED_V1
from shared.contracts.envelope import Event


class NotificationsUseCases:
    """One method per command."""

    def __init__(self, teller: Teller, postbox: Postbox, clock: Clock) -> None:
        self._postbox = postbox
        self._teller = teller
        self._clock = clock

    def tell(self, work: Work, event: Event) -> None:
        """Tell everyone whom the event concerns."""
        self._teller.tell(work, event)

    def register_cadre(self, work: Work, command: RegisterCadre) -> None:
        """He has a name and an inbox."""
        now = self._clock()
        if work.names.get(command.cadre) != command.name:
            work.names.save(command.cadre, command.name)
        contact = work.contacts.get(command.cadre) or Contact(command.cadre, command.area, now, now)
        if contact.register(command.area, command.active, now):
            work.contacts.save(contact)

    def follow_case(self, work: Work, command: FollowCase) -> None:
        """What was told of a case is shown to those who may know of it now."""
        work.cases.save(command.access)
        for notice in work.notices.of_case(command.access.case):
            notice.limit_readers(command.access.handlers, self._clock())
            work.notices.save(notice)

    def read_notice(self, work: Work, command: AnswerNotice) -> Answer:
        notice = self._own(work, command)
        notice.read(command.by.role, self._clock())
        return self._saved(work, notice)

    def sign_notice(self, work: Work, command: AnswerNotice) -> Answer:
        notice = self._own(work, command)
        notice.sign(command.by.role, command.by.sub, self._clock())
        return self._saved(work, notice)

    def set_contact(self, work: Work, command: SetContact) -> tuple[Answer, bool]:
        """The contact, and whether it is new."""
        before = work.contacts.get(command.cadre)
        contact = contacts.set_contact(work, command, self._clock())
        if before is None or before.unverified != contact.unverified:
            verifying.send_codes(work, self._postbox, contact, self._clock())
        return answers.contact(contact), before is None

    def import_contacts(self, work: Work, command: ImportContacts) -> list[Result]:
        return contacts.import_contacts(work, command, self._clock())

    def prefetch(self, work: Work, events: Iterable[Event]) -> None:
        """Everything a batch of events touches, in one round trip per collection."""
        events = list(events)
        cadres = {event.data["cadre"] for event in events if event.type == CADRE_REGISTERED_V1}
        if cadres:
            work.names.get_many(cadres)
            work.contacts.get_many(cadres)
        cases = {case for event in events if (case := event.data.get("case"))}
        work.cases.load(cases)
        work.notices.load_cases(cases)
        self._teller.prefetch(work, events)

    def _own(self, work: Work, command: AnswerNotice) -> Notice:
        """The notice, if the caller is its recipient."""
        notice = work.notices.get(command.notice)
        if notice is None or not scope.is_own(command.by, notice):
            raise UnknownNoticeError
        command.require_version(notice.version)
        return notice

    def _saved(self, work: Work, notice: Notice) -> Answer:
        if notice.pending:
            work.notices.save(notice)
        return answers.as_it_stands(work, notice)
