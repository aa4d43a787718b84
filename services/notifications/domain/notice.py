"""The notice 通知: what one recipient is told of one event, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.notifications.domain.delivery import Delivery, DeliveryStatus
from services.notifications.domain.errors import AlreadyRefusedError, AlreadySignedError
from services.notifications.domain.events import (
    Failed,
    NoticeEvent,
    Queued,
    Read,
    Refused,
    Sent,
    Signed,
)
from services.notifications.domain.policy import INBOX
from services.notifications.domain.receipt import Call, PaperService, Refusal, Reminding


class Status(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    READ = "read"
    SIGNED = "signed"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Text:
    """What a notice says."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Which template the text was made from, and which version of it."""

    template: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the notice is about: the event that caused it, and the documents that event speaks of.

    `handlers` are those who, beside the recipient, may see a notice about a restricted case; None: it is none. `since`
    is when that was found or served, where the event says so.
    """

    event: str
    event_type: str
    area: str
    finding: str | None = None
    case: str | None = None
    warning: str | None = None
    measure: str | None = None
    correlationid: str = ""
    handlers: tuple[str, ...] | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Notice:
    """One notice. `version` counts its changes, `sequence` the events published about it.

    `leaders` are those above the recipient in the chain, the nearest first, as its event told them; `wake_at` is when
    somebody is reminded that it has not been signed, None once nobody is.
    """

    id: str
    recipient: str
    text: Text
    about: About
    queued_at: datetime
    deliveries: tuple[Delivery, ...]
    status: Status = Status.QUEUED
    sent_at: datetime | None = None
    read_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    version: int = 0
    sequence: int = 0
    updated_at: datetime | None = None
    wording: Wording | None = None
    leaders: tuple[str, ...] = ()
    wake_at: datetime | None = None
    reminding: Reminding = field(default_factory=Reminding)
    refusal: Refusal | None = None
    paper: PaperService | None = None
    calls: tuple[Call, ...] = ()
    pending: list[NoticeEvent] = field(default_factory=list)

    @classmethod
    def queue(
        cls,
        *,
        id: str,
        recipient: str,
        text: Text,
        about: About,
        at: datetime,
        outside: Sequence[Delivery] = (),
        wording: Wording | None = None,
        leaders: Sequence[str] = (),
        wake_at: datetime | None = None,
    ) -> "Notice":
        """It is in the recipient's inbox at once, and on its way through the outside channels."""
        inbox = Delivery(INBOX, DeliveryStatus.SENT, 1, None, at)
        notice = cls(id, recipient, text, about, at, (inbox, *outside), wording=wording)
        notice.leaders, notice.wake_at = tuple(leaders), wake_at
        notice._change(at, Queued("queue", at))
        return notice

    @property
    def received(self) -> bool:
        """Whether nothing more is waited for: it was signed, or refused before witnesses."""
        return self.signed_at is not None or self.refusal is not None

    def read(self, by: str, at: datetime) -> None:
        """The recipient has opened it; a second time changes nothing."""
        if self.read_at is None:
            self.read_at = at
            self.status = self.status if self.received else Status.READ
            self._change(at, Read("read", at, by))

    def sign(self, by: str, sub: str, at: datetime) -> None:
        """签收: the recipient confirms that he has it, which is no consent; a second time changes nothing.

        Raises:
            AlreadyRefusedError: that he refused is on record.
        """
        if self.refusal is not None:
            raise AlreadyRefusedError
        if self.signed_at is None:
            self._signed(sub, at, Signed("sign", at, by))

    def serve_on_paper(self, paper: PaperService, role: str, now: datetime) -> None:
        """He has signed on paper, at a time that may lie before this one."""
        self._require_open()
        self.paper = paper
        self._signed(paper.recorded_by, paper.at, Signed("paper", now, role))

    def refuse(self, refusal: Refusal, role: str, now: datetime) -> None:
        """拒签: two have seen that he would not sign."""
        self._require_open()
        self.refusal, self.status, self.wake_at = refusal, Status.REFUSED, None
        self._change(now, Refused("refuse", now, role))

    def call(self, call: Call, now: datetime) -> None:
        """He was told by telephone; the receipt is still waited for."""
        self.calls = (*self.calls, call)
        self._change(now)

    def remind(self, again: Sequence[Delivery], wake_at: datetime | None, at: datetime) -> None:
        """Nobody has signed: it leaves the house once more."""
        self.deliveries = (*self.deliveries, *again)
        self.reminding = replace(self.reminding, reminded_at=at)
        self.wake_at = wake_at
        self._change(at)

    def pass_on(self, leader: str | None, at: datetime) -> None:
        """Still nobody has signed: the next leader of the chain is told, where there is one."""
        self.reminding = replace(self.reminding, leader_told_at=at, leader=leader)
        self.wake_at = None
        self._change(at)

    def settle(self, outcome: Delivery, following: Delivery | None = None) -> None:
        """The message that carried it has ended: sent, failed, or nobody knows. `following` is the next channel it is
        on its way by.

        What the recipient has done meanwhile stays: he may have read it in the inbox before the mail left.
        """
        self.deliveries = tuple(
            outcome if one.dispatch == outcome.dispatch else one for one in self.deliveries
        )
        if following is not None:
            self.deliveries = (*self.deliveries, following)
        if outcome.status is DeliveryStatus.SENT:
            self.sent_at = self.sent_at or outcome.at
            self.status = Status.SENT if self.status in (Status.QUEUED, Status.FAILED) else self.status
            self._change(outcome.at, Sent("send", outcome.at, outcome.channel))
        elif self._exhausted and self.status is Status.QUEUED:
            self.status = Status.FAILED
            self._change(outcome.at, Failed("fail", outcome.at, outcome.channel))
        else:
            self._change(outcome.at)

    def limit_readers(self, handlers: tuple[str, ...] | None, at: datetime) -> None:
        """The case that it is about was restricted, or opened up."""
        if handlers != self.about.handlers:
            self.about = replace(self.about, handlers=handlers)
            self._change(at)

    def resend(self, again: Sequence[Delivery], at: datetime) -> None:
        """A person sends it once more on channels where it has failed or where nobody knows; what became of it there
        before stays with the messages themselves."""
        channels = {one.channel for one in again}
        self.deliveries = (*(one for one in self.deliveries if one.channel not in channels), *again)
        self._change(at)

    @property
    def resendable(self) -> Sequence[Delivery]:
        """Where a person may send it once more."""
        ends = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
        return [one for one in self.deliveries if one.channel != INBOX and one.status in ends]

    def is_told_beside(self, dispatch: str) -> bool:
        """Whether it has left by another message than this one, or is still to leave by one."""
        hopeless = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
        others = [one for one in self.deliveries if one.channel != INBOX and one.dispatch != dispatch]
        return any(one.status not in hopeless for one in others)

    def _require_open(self) -> None:
        if self.refusal is not None:
            raise AlreadyRefusedError
        if self.signed_at is not None:
            raise AlreadySignedError

    def _signed(self, sub: str, at: datetime, event: Signed) -> None:
        self.read_at = self.read_at or at
        self.signed_at, self.signed_by = at, sub
        self.status, self.wake_at = Status.SIGNED, None
        self._change(event.at, event)

    @property
    def _exhausted(self) -> bool:
        """Whether every outside channel has failed; the inbox does not count."""
        outside = [one for one in self.deliveries if one.channel != INBOX]
        return bool(outside) and all(one.status is DeliveryStatus.FAILED for one in outside)

    def _change(self, at: datetime, event: NoticeEvent | None = None) -> None:
        self.version += 1
        self.updated_at = at
        if event is not None:
            self.pending.append(event)
