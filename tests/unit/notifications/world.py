"""Builders: the service over its in-memory twin, and events as the accountability service would send them."""

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.notifications.adapters.channel_rules import load_channels
from services.notifications.adapters.county import load_phones, load_policies, load_rule_titles
from services.notifications.adapters.docx import DocxNoticePrinter
from services.notifications.adapters.memory import MemoryDispatchFinder, RecordingSender, transactor
from services.notifications.adapters.mongo import INDEXES, NotificationsWork
from services.notifications.adapters.notices import NOTICES
from services.notifications.adapters.templates import JinjaNoticeWriter
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.commands import (
    AnswerNotice,
    FollowCase,
    RegisterCadre,
    SetContact,
)
from services.notifications.application.facts import CountyWords
from services.notifications.application.lines import Letter
from services.notifications.application.operating import Operating
from services.notifications.application.posting import Postbox
from services.notifications.application.printing import Printing
from services.notifications.application.receipts import Receipts, RecordReceipt
from services.notifications.application.recovering import Recovering
from services.notifications.application.reminding import Reminders
from services.notifications.application.sending import Sending
from services.notifications.application.settling import Settling
from services.notifications.application.signing import Letters, Signing
from services.notifications.application.telling import Teller
from services.notifications.application.use_cases import NotificationsUseCases
from services.notifications.application.verifying import Codes, Verifying
from services.notifications.domain.contact import Channel
from services.notifications.domain.policy import Policy
from shared.contracts import accountability
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.messaging.batch import Batch
from shared.observability import context
from shared.persistence.due import Due, DueTurns
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction
from tests.support.service import as_received
from tests.unit.notifications.events import COUNTY, NOW, TOWNSHIP, VILLAGE

ROOT = Path(__file__).parents[3]
DEMO, COUNTY_DIR = ROOT / "deploy/demo", ROOT / "deploy/county"
VOCABULARY = Vocabulary.load(DEMO / "vocabulary.yaml")
AREAS = Areas.load(DEMO / "areas.csv")
VAULT = AddressVault(["0f" * 32])
WRITER = JinjaNoticeWriter()
TABLE = load_policies(COUNTY_DIR, WRITER.names)
PHONES = load_phones(COUNTY_DIR)
RULES = load_rule_titles(COUNTY_DIR)
SPEEDS = load_channels(COUNTY_DIR)
RETRY_AFTER = [timedelta(seconds=one) for one in SPEEDS.retry_after("email")]
OFFICE = Claims("office-1", "office", COUNTY)
TEN_MINUTES = timedelta(minutes=10)


def cadre(who: str = "C001", area: str = VILLAGE) -> Claims:
    return Claims(f"sub-{who}", "cadre", area, None, who)


def unit(area: str = TOWNSHIP) -> Claims:
    return Claims("unit-1", "unit", area)


class Tally:
    """The figures that would become metrics."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def delivered(self, channel: str, outcome: str) -> None:
        self.outcomes[channel, outcome] += 1

    def signed(self, seconds: float) -> None:
        raise AssertionError("signing is counted by the database")


class World:
    """The use cases over a database in memory. `now` may be set; ids count up, so that answers are repeatable."""

    def __init__(
        self,
        policies: Sequence[Policy] = tuple(TABLE.policies),
        answer: Callable[[Letter], None] = lambda letter: None,
        also: Mapping[str, RecordingSender] | None = None,
        sign_url: str = "",
    ) -> None:
        self.now = NOW
        self.database, self.vault = MemoryDatabase(INDEXES), VAULT
        self._ids = self.codes_made = 0
        self.mail = RecordingSender(answer)
        self.senders = {"email": self.mail, **(also or {})}
        self.postbox = postbox = Postbox([*self.senders, "paper"], TABLE.timing, self._id)
        kinds = dict.fromkeys([*self.senders, "paper"], True) | {"off": False}
        self.operating = Operating(postbox, WRITER, kinds, self._clock)
        words = CountyWords(VOCABULARY, AREAS, PHONES, RULES)
        rules = TABLE.receipts
        teller = Teller(policies, words, WRITER, postbox, self._id, self._clock, TABLE.timing.repeat, rules)
        self.receipts = Receipts(rules, self._clock)
        self.signing = Signing(words, self._act_as, self._clock)
        self.reminders = Reminders(rules, postbox, words, WRITER, self._id)
        self.printing = Printing(words, DocxNoticePrinter())
        self.verifying = Verifying(postbox, self._clock)
        codes = Codes(WRITER, lambda: f"{self._number():06}", self._id)
        self._letters = Letters(WRITER, sign_url, rules.link_lasts, lambda: f"token-{self._id()}", codes)
        self.do = NotificationsUseCases(teller, postbox, self._clock)
        self.tally = Tally()
        self.sending = self.another_sender()
        self._batch = Batch(app=self, handlers={}, other=self._handle, alive=lambda: None)

    def _id(self) -> str:
        self._ids += 1
        return f"id-{self._ids:05}"

    def _number(self) -> int:
        """The next code."""
        self.codes_made += 1
        return 100 * self.codes_made

    def _act_as(self, actor: Claims) -> Any:
        return context.bind(context.Context("request", None, actor))

    def _clock(self) -> datetime:
        return self.now

    def another_sender(self, transact: Any = None, finder: Any = None) -> Sending:
        """As a process that was started anew has it."""
        transact = transact or transactor(self.database, VAULT)
        finder = finder or MemoryDispatchFinder(self.database)
        settling = Settling(
            transact, self.postbox, lambda correlationid, causationid: nullcontext(), self._clock
        )
        self.recovering = Recovering(
            transact, finder, self.senders, SPEEDS, settling, self.tally, self._clock
        )
        return Sending(
            transact,
            finder,
            self.senders,
            SPEEDS,
            settling,
            TABLE.timing,
            self.tally,
            self._id,
            self._clock,
            self._letters,
        )

    def _handle(self, one: Event, work: NotificationsWork) -> None:
        if one.type == accountability.CADRE_REGISTERED_V1:
            self.do.register_cadre(work, RegisterCadre.from_event(one.data))
        elif one.type.startswith("case."):
            self.do.follow_case(work, FollowCase.from_event(one))
        else:
            self.do.tell(work, one)

    def unit_of_work(self, transaction: Transaction) -> NotificationsWork:
        return NotificationsWork(transaction, self.vault)

    def prefetch(self, work: NotificationsWork, events: Any) -> None:
        self.do.prefetch(work, events)

    def work(self, act: Callable[[NotificationsWork], Any]) -> Any:
        """One transaction."""
        return self.database.transact(lambda transaction: act(self.unit_of_work(transaction)))

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction; the outcome of each event."""
        return self._batch.apply([as_received(one) for one in events])

    def contact(self, recipient: str, **addresses: str) -> None:
        """Its channels, in this order, verified."""
        channels = tuple(Channel(kind, address, True) for kind, address in addresses.items())
        command = SetContact(recipient, channels, None, None, OFFICE)
        self.work(functools.partial(_set, self.do, command))

    def reachable(self, *recipients: str) -> None:
        """They have verified mail addresses."""
        for recipient in recipients:
            channel = Channel("email", f"{recipient.replace(':', '-').lower()}@demo.invalid", True)
            command = SetContact(recipient, (channel,), None, None, OFFICE)
            self.work(functools.partial(_set, self.do, command))

    def read(self, notice: str, by: Claims) -> dict[str, Any]:
        return dict(self.work(lambda work: self.do.read_notice(work, AnswerNotice(notice, by))))

    def sign(self, notice: str, by: Claims) -> dict[str, Any]:
        return dict(self.work(lambda work: self.do.sign_notice(work, AnswerNotice(notice, by))))

    def remind_at(self, moment: datetime) -> int:
        """What time alone brings by then; how many notices were woken."""
        self.now = moment
        self.woken = 0
        DueTurns[NotificationsWork](self.database, self.unit_of_work, [Due(NOTICES, self._wake)]).turn(moment)
        return self.woken

    def _wake(self, work: NotificationsWork, key: str, now: datetime) -> None:
        self.reminders.run_out(work, key, now)
        self.woken += 1

    def record(self, move: str, notice: str, office: Claims = OFFICE, **said: Any) -> dict[str, Any]:
        """The office records a receipt."""
        command = RecordReceipt(notice, said, office)
        return dict(self.work(lambda work: getattr(self.receipts, move)(work, command)))

    def turn(self) -> bool:
        """One turn of each channel; whether any has more."""
        more = [self.sending.turn(channel) for channel in self.senders]
        return any(more)

    def send(self) -> list[Letter]:
        """One turn of the sender; the letters that left in it."""
        before = len(self.mail.letters)
        self.turn()
        return self.mail.letters[before:]

    def send_at(self, moment: datetime) -> list[Letter]:
        self.now = moment
        return self.send()

    def all(self, collection: str) -> list[dict[str, Any]]:
        """Every stored document of a collection."""
        return list(self.database.collections.get(collection, {}).values())

    def notices(self, **where: Any) -> list[dict[str, Any]]:
        """The stored notices whose fields have these values, oldest first."""
        found = [
            one for one in self.all("notices") if all(one[name] == value for name, value in where.items())
        ]
        return sorted(found, key=lambda one: one["_id"])

    def notice(self, **where: Any) -> dict[str, Any]:
        """The only one."""
        (found,) = self.notices(**where)
        return found

    def recipients(self, **where: Any) -> list[str]:
        return sorted(one["recipient"] for one in self.notices(**where))

    def told(self, prefix: str = "") -> list[Event]:
        """What the outside was told, in order."""
        events = [decode(row["body"]) for row in self.all("outbox")]
        return [one for one in events if one.type.startswith(prefix)]


def _set(do: Any, command: SetContact, work: Any) -> Any:
    return do.set_contact(work, command)
