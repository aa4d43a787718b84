"""Signing by a link that was sent: it goes into the letters of one person, and its button signs one notice, once.

The token stands in the letter alone; what is kept is its digest. Who merely opens a link changes nothing, since
chat programs open the links of their messages before anybody reads them.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

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

TEMPLATE = "letter"
LINK, CARD = "link", "card"
"""By which way it is signed without a login: the page of a link, or the button of a card."""
_PERSONAL = frozenset({"email", "sms", "wecom"})
"""Channels on which one recipient reads what is sent to him: not the robot of a group, nor another program."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What a message says: its notices, each with a link to sign it by. Without a `base` there are no links."""

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
        links = bool(self.base) and dispatch.channel in _PERSONAL and not address.startswith(ROBOT)
        urls = [
            self._link(work, one, dispatch.channel, now) if links and not one.received else ""
            for one in notices
        ]
        texts = [self._text(one, url, now) for one, url in zip(notices, urls, strict=True)]
        text = compose(texts, dispatch.notices)
        if len(urls) != 1 or not urls[0]:
            return Letter(dispatch.id, address, text)
        return Letter(dispatch.id, address, text, urls[0], self._text(notices[0], "", now))

    def _link(self, work: Work, notice: Notice, channel: str, now: datetime) -> str:
        token = self.new_token()
        work.links.save(Link.make(digest(token), notice.id, channel, now, self.lasts))
        return f"{self.base}/sign/{token}"

    def _text(self, notice: Notice, url: str, now: datetime) -> Text:
        reminder = notice.reminding.reminded_at is not None and not notice.received
        if not url and not reminder:
            return notice.text
        facts = {
            "reminder": reminder,
            "subject": notice.text.subject,
            "body": notice.text.body.rstrip("\n"),
            "sign_url": url,
            "sign_until": moment_of(now + self.lasts) if url else "",
        }
        return self.writer.write(TEMPLATE, facts)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a link says: nothing that its holder could not know from the letter, and names masked."""

    subject: str
    recipient: str
    queued_at: str
    signed_at: str | None
    until: str


class Signing:
    """One method to show, one to sign."""

    def __init__(self, words: CountyWords, act_as: ActAs, clock: Clock) -> None:
        self._words = words
        self._act_as = act_as
        self._clock = clock

    def show(self, work: Work, token: str) -> Shown:
        """The notice of a link.

        Raises:
            UnknownLinkError, UsedLinkError, ExpiredLinkError: as they say.
        """
        link, notice = self.found(work, token)
        link.require_usable(self._clock())
        return self._shown(work, link, notice)

    def sign(self, work: Work, token: str, way: str = LINK) -> Shown:
        """The button was pressed. One link signs once.

        Raises:
            UnknownLinkError, UsedLinkError, ExpiredLinkError: as they say.
            AlreadyRefusedError: that he refused is on record.
        """
        link, notice = self.found(work, token)
        now = self._clock()
        link.use(now)
        actor = Claims(f"{way}:{link.channel}", way, notice.about.area)
        notice.sign(way, actor.sub, now)
        work.links.save(link)
        if notice.pending:
            with self._act_as(actor):
                work.notices.save(notice)
        return self._shown(work, link, notice)

    def found(self, work: Work, token: str) -> tuple[Link, Notice]:
        """A link by its token, and its notice.

        Raises:
            UnknownLinkError: there is none.
        """
        link = work.links.get(digest(token))
        notice = work.notices.get(link.notice) if link else None
        if link is None or notice is None:
            raise UnknownLinkError
        return link, notice

    def _shown(self, work: Work, link: Link, notice: Notice) -> Shown:
        who = notice.recipient
        person = recipients.is_person(who)
        name = recipients.masked(work.names.get(who) or "") if person else self._words.name(who)
        # What concerns a decision about a person is named to nobody who has not logged in.
        subject = notice.text.subject if notice.about.finding else "送达本人的通知"
        signed = moment_of(notice.signed_at) if notice.signed_at else None
        return Shown(subject, name, moment_of(notice.queued_at), signed, moment_of(link.expires_at))


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
