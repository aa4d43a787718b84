"""Builders: the service over its in-memory twin, and events as the accountability service would send them."""

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.notifications.adapters.county import load_phones, load_policies, load_rule_titles
from services.notifications.adapters.memory import MemoryDispatchFinder, RecordingSender, transactor
from services.notifications.adapters.mongo import INDEXES, NotificationsWork
from services.notifications.adapters.templates import JinjaNoticeWriter
from services.notifications.application.commands import AnswerNotice, RegisterCadre, SetContact
from services.notifications.application.facts import CountyWords
from services.notifications.application.ports import Letter
from services.notifications.application.posting import Postbox
from services.notifications.application.sending import Sending
from services.notifications.application.telling import Teller
from services.notifications.application.use_cases import NotificationsUseCases
from services.notifications.domain.contact import Channel
from services.notifications.domain.policy import Policy
from shared.contracts import accountability, registry
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.messaging.batch import Batch
from shared.messaging.intake import Received
from shared.messaging.wire import Delivery
from shared.persistence.ids import new_id
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

ROOT = Path(__file__).parents[3]
DEMO, COUNTY_DIR = ROOT / "deploy/demo", ROOT / "deploy/county"
VOCABULARY = Vocabulary.load(DEMO / "vocabulary.yaml")
AREAS = Areas.load(DEMO / "areas.csv")
WRITER = JinjaNoticeWriter()
TABLE = load_policies(COUNTY_DIR, WRITER.names)
PHONES = load_phones(COUNTY_DIR)
RULES = load_rule_titles(COUNTY_DIR)
COUNTY, TOWNSHIP, VILLAGE = "990100", "990100001", "990100001001"
UNIT = f"unit:{TOWNSHIP}"
DIRECT = {"cadre": "C001", "name": "赵某某", "role": "direct", "area": VILLAGE}
LINE = {"cadre": "C004", "name": "李某某", "role": "line_leader", "area": TOWNSHIP}
PRINCIPAL = {"cadre": "C005", "name": "周某某", "role": "principal_leader", "area": TOWNSHIP}
OFFICE = Claims("office-1", "office", COUNTY)
# A Wednesday, 10:00 in Shanghai.
NOW = datetime(2026, 2, 25, 2, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


def cadre(who: str = "C001", area: str = VILLAGE) -> Claims:
    return Claims(f"sub-{who}", "cadre", area, None, who)


def unit(area: str = TOWNSHIP) -> Claims:
    return Claims("unit-1", "unit", area)


def summary(finding: str, **told: Any) -> dict[str, Any]:
    """What an event says of a finding."""
    return {
        "finding": finding,
        "number": "督〔2026〕1号",
        "team": "T-COUNTY",
        "found_at": "2026-02-20T10:00:00+08:00",
        "posted_at": "2026-02-20T11:00:00+08:00",
        "area": VILLAGE,
        "area_name": "凤栖社区",
        "place": {"name": "凤栖小区", "kind": "residential"},
        "category": "access_control",
        "severity": "serious",
        "description": "小区北门无人值守",
        "suggestion": None,
        "immediate": False,
        "deadline": "2026-03-03",
        "due_at": "2026-03-03T16:00:00+00:00",
        "count": 1,
        "units": [TOWNSHIP],
        "historical": False,
    } | told


def _change(move: str) -> dict[str, Any]:
    return {"move": move, "at": "2026-02-25T09:00:00+08:00", "by": None, "note": None}


def event(type: str, subject: str, data: Mapping[str, Any], sequence: int = 1) -> Event:
    """An event of the accountability service."""
    registry.validate(type, data)
    event_id = new_id()
    return Event(event_id, "accountability", type, subject, NOW, sequence, event_id, None, dict(data))


def assigned(
    finding: str, responsible: Sequence[Mapping[str, Any]] = (DIRECT, LINE), sequence: int = 1, **told: Any
) -> Event:
    """These persons answer for a finding."""
    data = _assignment(finding, responsible, sequence, None, told)
    return event(accountability.RESPONSIBILITY_ASSIGNED_V1, finding, data, sequence)


def unresolved(
    finding: str, missing: str | None = "all", responsible: Any = (), sequence: int = 1, **told: Any
) -> Event:
    """Nobody, or nobody directly, answers for a finding; `missing` None: by now somebody does."""
    data = _assignment(finding, responsible, sequence, missing, told)
    return event(accountability.RESPONSIBILITY_UNRESOLVED_V1, f"unassigned-{finding}", data, sequence)


def _assignment(
    finding: str, responsible: Any, version: int, missing: str | None, told: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "finding": finding, "version": version, "as_of": "2026-02-20", "responsible": [*map(dict, responsible)],
        "missing": missing, "unknown_cadres": [], "summary": summary(finding, **told),
        "assigned_at": None, "change": _change("assigned"),
    }  # fmt: skip


def warned(finding: str, who: str = "C001", revoked: bool = False, **told: Any) -> Event:
    """A warning against a direct responsible person, or that it has fallen."""
    warning = f"warning-{finding}-{who}"
    data = {
        "warning": warning, "finding": finding, "cadre": who, "name": "赵某某",
        "status": "revoked" if revoked else "issued",
        "because": [{"rule": "serious", "version": 1, "facts": {"severity": "serious"}}],
        "summary": summary(finding, **told), "issued_at": "2026-02-25T09:00:00+08:00",
        "version": 2 if revoked else 1, "change": _change("revoked" if revoked else "issued"),
    }  # fmt: skip
    type = accountability.WARNING_REVOKED_V1 if revoked else accountability.WARNING_ISSUED_V1
    return event(type, warning, data, 2 if revoked else 1)


def registered(who: str, name: str = "赵测试", area: str = VILLAGE, sequence: int = 1) -> Event:
    """A cadre enters the register, or changes in it."""
    data = {
        "cadre": who, "name": name, "position": "书记", "unit": "居委会", "area": area, "identity": [],
        "active": True, "version": sequence, "change": _change("registered"),
    }  # fmt: skip
    return event(accountability.CADRE_REGISTERED_V1, who, data, sequence)


def received(one: Event) -> Received:
    """As the consumer hands it on."""
    return Received(Delivery(1, "", False, b"", b""), one, 0, None)


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
    ) -> None:
        self.now = NOW
        self.database = MemoryDatabase(INDEXES)
        self._ids = 0
        postbox = Postbox(["email"], TABLE.timing, self._id)
        words = CountyWords(VOCABULARY, AREAS, PHONES, RULES)
        teller = Teller(policies, words, WRITER, postbox, self._id, self._clock)
        self.do = NotificationsUseCases(teller, self._clock)
        self.mail = RecordingSender(answer)
        self.tally = Tally()
        self.sending = self.another_sender()
        self._batch = Batch(app=self, handlers={}, other=self._handle, alive=lambda: None)

    def _id(self) -> str:
        self._ids += 1
        return f"id-{self._ids:05}"

    def _clock(self) -> datetime:
        return self.now

    def another_sender(self, transact: Any = None, finder: Any = None) -> Sending:
        """As a process that was started anew has it."""
        return Sending(
            transact or transactor(self.database), finder or MemoryDispatchFinder(self.database),
            {"email": self.mail}, TABLE.timing, self.tally, lambda correlationid, causationid: nullcontext(),
            self._id, self._clock,
        )  # fmt: skip

    def _handle(self, one: Event, work: NotificationsWork) -> None:
        if one.type == accountability.CADRE_REGISTERED_V1:
            self.do.register_cadre(work, RegisterCadre.from_event(one.data))
        else:
            self.do.tell(work, one)

    def unit_of_work(self, transaction: Transaction) -> NotificationsWork:
        return NotificationsWork(transaction)

    def prefetch(self, work: NotificationsWork, events: Any) -> None:
        self.do.prefetch(work, events)

    def work(self, act: Callable[[NotificationsWork], Any]) -> Any:
        """One transaction."""
        return self.database.transact(lambda transaction: act(self.unit_of_work(transaction)))

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction; the outcome of each event."""
        return self._batch.apply([received(one) for one in events])

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

    def send(self) -> list[Letter]:
        """One turn of the sender; the letters that left in it."""
        before = len(self.mail.letters)
        self.sending.turn()
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
