"""Signing by a link that was sent: it goes into the messages to one person, and each of its buttons signs one of the
notices that its message carries, once.

The token stands in the message alone; what is kept is its digest. Who merely opens a link changes nothing, since
chat programs open the links of their messages before anybody reads them.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notifications.application.days import moment_of
from services.notifications.application.facts import CountyWords
from services.notifications.application.lines import Letter
from services.notifications.application.ports import ActAs, Clock, NoticeWriter, Work
from services.notifications.application.verifying import Codes
from services.notifications.domain import recipients
from services.notifications.domain.channel import ROBOT
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.errors import UnknownLinkError
from services.notifications.domain.letter import IN_FULL, compose
from services.notifications.domain.notice import Notice, Text
from services.notifications.domain.signing import Link
from shared.contracts.claims import Claims

TEMPLATE, GATHERED = "letter", "gathered"
LINK, CARD = "link", "card"
"""By which way it is signed without a login: the page of a link, or the button of a card."""
_PERSONAL = frozenset({"email", "sms", "wecom"})
"""Channels on which one recipient reads what is sent to him: not the robot of a group, nor another program."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What a message says: its notices, and a link to the page on which each of them is signed. Without a `base` there
    are no links."""

    writer: NoticeWriter
    base: str
    lasts: timedelta
    new_token: Callable[[], str]
    codes: Codes

    def write(self, work: Work, dispatch: Dispatch, address: str, now: datetime) -> Letter:
        """A message that leaves now."""
        if dispatch.kind is Kind.CODE:
            return Letter(dispatch.id, address, self.codes.text(work, dispatch, address, now))
        if dispatch.text is not None:
            return Letter(dispatch.id, address, dispatch.text)
        notices = work.notices.carried_by(dispatch.id, IN_FULL)
        texts = [self._reminding(one) for one in notices]
        plain = compose(texts, dispatch.notices)
        url = self._link(work, dispatch, address, notices, now)
        if not url:
            return Letter(dispatch.id, address, plain)
        until = moment_of(now + self.lasts)
        if dispatch.notices > 1:
            facts = _facts(plain, sign_url=url, sign_until=until)
            return Letter(dispatch.id, address, self.writer.write(GATHERED, facts), url)
        (notice,) = notices
        facts = _facts(notice.text, reminder=_is_reminder(notice), sign_url=url, sign_until=until)
        return Letter(dispatch.id, address, self.writer.write(TEMPLATE, facts), url, plain)

    def _link(
        self, work: Work, dispatch: Dispatch, address: str, notices: Sequence[Notice], now: datetime
    ) -> str:
        """The address of a new link's page; empty where nobody may sign by one, or nothing is left to sign."""
        unsigned = tuple(one.id for one in notices if not one.received)
        personal = dispatch.channel in _PERSONAL and not address.startswith(ROBOT)
        if not (self.base and personal and unsigned):
            return ""
        token = self.new_token()
        work.links.save(Link.make(digest(token), unsigned, dispatch.channel, now, self.lasts))
        return f"{self.base}/sign/{token}"

    def _reminding(self, notice: Notice) -> Text:
        """What a notice says, and that it is a reminder where it is one."""
        if not _is_reminder(notice):
            return notice.text
        return self.writer.write(TEMPLATE, _facts(notice.text, reminder=True, sign_url="", sign_until=""))


def _is_reminder(notice: Notice) -> bool:
    return notice.reminding.reminded_at is not None and not notice.received


def _facts(text: Text, **also: Any) -> dict[str, Any]:
    return {"subject": text.subject, "body": text.body.rstrip("\n"), **also}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a link says of a notice: nothing that its holder could not know from the message."""

    id: str
    subject: str
    queued_at: str
    signed_at: str | None
    refused: bool


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The page of a link; `recipient` is masked."""

    recipient: str
    until: str
    notices: tuple[Shown, ...]


class Signing:
    """One method to show, one to sign."""

    def __init__(self, words: CountyWords, act_as: ActAs, clock: Clock) -> None:
        self._words = words
        self._act_as = act_as
        self._clock = clock

    def show(self, work: Work, token: str) -> LinkPage:
        """The notices of a link.

        Raises:
            UnknownLinkError, UsedLinkError, ExpiredLinkError: as they say.
        """
        link, notices = self.found(work, token)
        link.require_usable(self._clock())
        return self._page(work, link, notices)

    def sign(self, work: Work, token: str, wanted: str = "", way: str = LINK) -> LinkPage:
        """The button of the notice `wanted` was pressed; a link of one notice need not say which. It signs once.

        Raises:
            UnknownLinkError, UsedLinkError, ExpiredLinkError: as they say.
            NotOfLinkError: it is not among those of the link, or none of several was named.
            AlreadyRefusedError: that he refused is on record.
        """
        link, notices = self.found(work, token)
        now = self._clock()
        key = wanted or _only(notices)
        link.use(key, now)
        notice = next(one for one in notices if one.id == key)
        actor = Claims(f"{way}:{link.channel}", way, notice.about.area)
        notice.sign(way, actor.sub, now)
        work.links.save(link)
        if notice.pending:
            with self._act_as(actor):
                work.notices.save(notice)
        return self._page(work, link, notices)

    def found(self, work: Work, token: str) -> tuple[Link, Sequence[Notice]]:
        """A link by its token, and its notices.

        Raises:
            UnknownLinkError: there is none.
        """
        link = work.links.get(digest(token))
        notices = [one for key in link.notices if (one := work.notices.get(key))] if link else []
        if link is None or not notices:
            raise UnknownLinkError
        return link, notices

    def _page(self, work: Work, link: Link, notices: Sequence[Notice]) -> LinkPage:
        who = notices[0].recipient
        person = recipients.is_person(who)
        name = recipients.masked(work.names.get(who) or "") if person else self._words.name(who)
        return LinkPage(name, moment_of(link.expires_at), tuple(_shown(one) for one in notices))


def _only(notices: Sequence[Notice]) -> str:
    """The id of the only notice; where there are more of them, one has to be chosen."""
    return notices[0].id if len(notices) == 1 else ""


def _shown(notice: Notice) -> Shown:
    # What concerns a decision about a person is named to nobody who has not logged in.
    subject = notice.text.subject if notice.about.finding else "送达本人的通知"
    signed = moment_of(notice.signed_at) if notice.signed_at else None
    return Shown(notice.id, subject, moment_of(notice.queued_at), signed, notice.refusal is not None)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
