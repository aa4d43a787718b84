"""The composition root: the only place that names concrete classes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import randbelow, token_urlsafe
from typing import Any, TypeVar

import structlog
from pymongo.errors import PyMongoError

from services.notifications.adapters.channel_rules import load_channels
from services.notifications.adapters.channels import MongoDeliveryStore, MongoDispatchFinder
from services.notifications.adapters.county import load_phones, load_policies, load_rule_titles
from services.notifications.adapters.docx import DocxNoticePrinter
from services.notifications.adapters.mongo import INDEXES, CountingDatabase, NotificationsWork
from services.notifications.adapters.notices import NOTICES
from services.notifications.adapters.reads import MongoNoticeStore
from services.notifications.adapters.templates import JinjaNoticeWriter
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.cards import Cards, WecomCallbacks
from services.notifications.application.deliveries import DeliveryQueries
from services.notifications.application.facts import CountyWords
from services.notifications.application.operating import Operating
from services.notifications.application.posting import Postbox
from services.notifications.application.previews import Previews
from services.notifications.application.printing import Printing
from services.notifications.application.queries import NotificationsQueries
from services.notifications.application.receipts import Receipts
from services.notifications.application.recovering import Recovering
from services.notifications.application.reminding import Reminders
from services.notifications.application.sending import Sending
from services.notifications.application.settling import Settling
from services.notifications.application.signing import Letters, LinkPage, Signing
from services.notifications.application.telling import Teller
from services.notifications.application.use_cases import NotificationsUseCases
from services.notifications.application.verifying import Codes, Verifying
from services.notifications.channels import PAPER, senders_of, set_up, wecom_callback_of
from services.notifications.config import NotificationsSettings
from services.notifications.domain import errors
from services.notifications.meters import Metrics, count
from shared.clock import clock
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary
from shared.observability import context
from shared.observability.health import READINESS
from shared.persistence.client import open_client
from shared.persistence.due import Due, DueTurns
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import new_id
from shared.persistence.indexes import KERNEL_INDEXES, Index
from shared.persistence.lease import Lease
from shared.persistence.transaction import Transaction

T = TypeVar("T")
SEND_SECONDS = 15.0
SEALED_AT_ONCE = 200
log = structlog.get_logger("notifications")

ERRORS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidError: (422, "invalid"),
    errors.ForeignCursorError: (400, "invalid_cursor"),
    errors.ForbiddenError: (403, "forbidden"),
    errors.UnknownNoticeError: (404, "not_found"),
    errors.UnknownContactError: (404, "not_found"),
    errors.UnknownChannelError: (404, "not_found"),
    errors.ChannelOffError: (409, "channel_off"),
    errors.NoAddressError: (409, "no_address"),
    errors.NothingToResendError: (409, "nothing_to_resend"),
    errors.UnknownTemplateError: (404, "not_found"),
    errors.NothingToVerifyError: (409, "nothing_to_verify"),
    errors.NoValidCodeError: (409, "no_valid_code"),
    errors.NoCallbackError: (404, "no_callback"),
    errors.ForgedCallbackError: (403, "forged_callback"),
    errors.AlreadySignedError: (409, "already_signed"),
    errors.AlreadyRefusedError: (409, "already_refused"),
}


class NotificationsApp:
    """What the entrypoints call: `do` the commands, `ask` the questions, `send` what is due."""

    errors = ERRORS
    indexes: Sequence[Index] = (*KERNEL_INDEXES, *INDEXES)

    def __init__(self, settings: NotificationsSettings, database: CountingDatabase) -> None:
        self.settings = settings
        self.database = database
        self._vault = AddressVault(settings.contact_keys)
        self.vocabulary = Vocabulary.load(settings.vocabulary_file)
        self.areas = Areas.load(settings.areas_file)
        writer = JinjaNoticeWriter()
        table = load_policies(settings.county_dir, writer.names)
        timing = table.timing
        if settings.gather_seconds is not None:
            timing = replace(timing, gather=timedelta(seconds=settings.gather_seconds))
        folder = settings.county_dir
        now = self.clock = clock(settings.test_clock_file)
        words = CountyWords(self.vocabulary, self.areas, load_phones(folder), load_rule_titles(folder))
        rules = load_channels(folder)
        senders = senders_of(settings, rules)
        self.outlets = tuple(senders)
        postbox = Postbox([*senders, PAPER], timing, new_id)
        teller = Teller(table.policies, words, writer, postbox, new_id, now, timing.repeat, table.receipts)
        self.do = NotificationsUseCases(teller, postbox, now)
        self.ask = NotificationsQueries(MongoNoticeStore(database, self._vault), table.shown)
        self.operators = DeliveryQueries(MongoDeliveryStore(database), set_up(senders))
        self.operating = Operating(postbox, writer, set_up(senders), now)
        settling = Settling(self._transact, postbox, _trace, now)
        finder, meters = MongoDispatchFinder(database), Metrics()
        self.receipts = Receipts(table.receipts, now)
        self.verifying = Verifying(postbox, now)
        self._printing = Printing(words, DocxNoticePrinter())
        self._signing = Signing(words, _act_as, now)
        self.wecom = WecomCallbacks(wecom_callback_of(settings), Cards(self._signing), self._transact, now)
        reminders = Reminders(table.receipts, postbox, words, writer, new_id)
        self._due = DueTurns[NotificationsWork](
            database, self.unit_of_work, [Due(NOTICES, reminders.run_out)]
        )
        self.previews = Previews(writer)
        self._sending = Sending(
            self._transact,
            finder,
            senders,
            rules,
            settling,
            timing,
            meters,
            new_id,
            now,
            Letters(
                writer, settings.sign_url, table.receipts.link_lasts, _token, Codes(writer, _code, _token)
            ),
        )
        self._recovering = Recovering(self._transact, finder, senders, rules, settling, meters, now)
        READINESS.tell("channels", self.operators.health)
        self._tidying = Lease(database.collection("leases"), "tidying", new_id())

    def unit_of_work(self, transaction: Transaction) -> NotificationsWork:
        """Notices, messages and contacts on one transaction."""
        return NotificationsWork(transaction, self._vault)

    def prefetch(self, work: NotificationsWork, events: Sequence[Event]) -> None:
        """Everything that a batch of events touches."""
        self.do.prefetch(work, events)

    def todo(self, by: Claims, _after: object, _limit: int) -> Iterable[Mapping[str, Any]]:
        """What the caller has to sign."""
        return self._transact(lambda work: list(self.receipts.todo(work, by)))

    def show_link(self, token: str) -> LinkPage:
        """What the page of a signing link shows."""
        return self._transact(lambda work: self._signing.show(work, token))

    def sign_by_link(self, token: str, notice: str) -> LinkPage:
        """Its button for this notice was pressed."""
        return self._transact(lambda work: self._signing.sign(work, token, notice))

    def print_notice(self, notice: str, by: Claims) -> bytes:
        """The notice with its 送达回证, as DOCX."""
        return self._transact(lambda work: self._printing.print(work, notice, by))

    def do_due(self, now: datetime) -> bool:
        """One batch of notices that nobody has signed; whether more may wait."""
        return self._due.turn(now)

    def has_due(self) -> bool:
        """Whether anything may be to be sent."""
        return self._sending.has_work()

    def send(self, channel: str) -> None:
        """Everything that is due now on one of the `outlets`.

        What is not reached stands in the documents, so a process that dies loses nothing.
        """
        try:
            while self._sending.turn(channel, _stopping):
                pass
        except (UnavailableError, PyMongoError) as exc:
            # The next turn finds the same documents.
            log.warning("sending waits for the database", error=type(exc).__name__)

    def tidy(self) -> None:
        """Give an end to what processes that are gone have begun."""
        try:
            if self._tidying.acquire():
                self._recovering.tidy()
                self._seal_anew()
        except (UnavailableError, PyMongoError) as exc:
            # The next turn finds the same documents.
            log.warning("tidying waits for the database", error=type(exc).__name__)

    def _seal_anew(self) -> None:
        """After a change of the key: what the old one has sealed."""
        count = self._transact(lambda work: work.contacts.seal_anew(SEALED_AT_ONCE))
        if count:
            log.info("contacts sealed with the new key", count=count)

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The state gauges."""
        yield "duze_notices_unsigned", {}, self.ask.unsigned()
        for one in self.operators.channels():
            if one["configured"]:
                yield "duze_channel_up", {"channel": one["kind"]}, float(one["health"] == "ok")
                yield "duze_deliveries_waiting", {"channel": one["kind"]}, one["waiting"]

    def _transact(self, act: Callable[[Any], T]) -> T:
        return self.database.transact(lambda tx: act(self.unit_of_work(tx)), timeout=SEND_SECONDS)


def _code() -> str:
    return f"{randbelow(10**6):06}"


def _token() -> str:
    return token_urlsafe(24)


def _trace(correlationid: str, causationid: str) -> AbstractContextManager[Any]:
    return context.bind(context.Context(correlationid, causationid))


def _act_as(actor: Claims) -> AbstractContextManager[Any]:
    current = context.current() or context.Context(new_id())
    return context.bind(replace(current, actor=actor))


def _stopping() -> bool:
    return READINESS.stopping


def build(settings: NotificationsSettings) -> NotificationsApp:
    """The app on MongoDB. Nothing is sent before the first use."""
    client = open_client(settings.mongo_uri, settings.service)
    return NotificationsApp(settings, CountingDatabase(client, settings.database, count))
