"""Notices that nobody signs: their recipient is reminded once, and then the next leader of the chain is told, once.

What was done stands in the notice and is committed with it: two workers that act at once do it once.
"""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.application.days import moment_of
from services.notifications.application.facts import CountyWords
from services.notifications.application.ports import NewId, NoticeWriter, Work
from services.notifications.application.posting import Postbox
from services.notifications.domain import recipients
from services.notifications.domain.calendar import day_of
from services.notifications.domain.notice import About, Notice, Wording
from services.notifications.domain.phones import phone_of
from services.notifications.domain.policy import INBOX, Telling
from services.notifications.domain.reminders import PASSED_ON, ReceiptRules, next_leader
from shared.contracts.findings import CLOCK_DUE_V1

TEMPLATE = "unsigned"
_OUTSIDE = (INBOX, "email")


class Reminders:
    """Does what time alone brings to notices."""

    def __init__(
        self, rules: ReceiptRules, postbox: Postbox, words: CountyWords, writer: NoticeWriter, new_id: NewId
    ) -> None:
        self._rules = rules
        self._postbox = postbox
        self._words = words
        self._writer = writer
        self._new_id = new_id

    def run_out(self, work: Work, key: str, now: datetime) -> None:
        """Remind the recipient of one notice, tell the next leader, or both after a standstill."""
        notice = work.notices.get(key)
        if notice is None or notice.wake_at is None or notice.wake_at > now:
            return
        if notice.reminding.reminded_at is None:
            self._remind(work, notice, now)
        if notice.wake_at is not None and notice.wake_at <= now:
            self._pass_on(work, notice, now)
        work.notices.save(notice)

    def _remind(self, work: Work, notice: Notice, now: datetime) -> None:
        used = tuple(one.channel for one in notice.deliveries if one.channel != INBOX)
        waiting = {one.channel for one in notice.deliveries if one.under_way}
        again = self._postbox.again(work, notice.recipient, used or _OUTSIDE, waiting, now)
        notice.remind(again, self._rules.leader_at(notice), now)

    def _pass_on(self, work: Work, notice: Notice, now: datetime) -> None:
        finding = notice.about.finding
        leaders: Sequence[str] = notice.leaders or (work.notices.leaders_of(finding) if finding else ())
        leader = next_leader(notice.recipient, leaders)
        if leader is not None:
            self._tell(work, notice, leader, now)
        notice.pass_on(leader, now)

    def _tell(self, work: Work, notice: Notice, leader: str, now: datetime) -> None:
        about = notice.about
        facts = self._words.of_person(leader, work.names.get(leader)) | {
            "unsigned": notice.text.subject,
            "unsigned_by": self._recipient(work, notice.recipient),
            "unsigned_days": self._rules.leader_after,
            "queued_at": moment_of(notice.queued_at),
            "phone": phone_of(self._words.phones, about.area, day_of(now)),
        }
        told = Notice.queue(
            id=self._new_id(),
            recipient=leader,
            text=self._writer.write(TEMPLATE, facts),
            about=About(
                event=PASSED_ON + notice.id,
                event_type=CLOCK_DUE_V1,
                area=about.area,
                finding=about.finding,
                correlationid=about.correlationid,
                handlers=about.handlers,
            ),
            at=now,
            outside=self._postbox.hand_over(work, Telling(leader, TEMPLATE, _OUTSIDE, TEMPLATE, False), now),
            wording=Wording(TEMPLATE, self._writer.version(TEMPLATE)),
            wake_at=self._rules.remind_at(now),
        )
        work.notices.add(told)

    def _recipient(self, work: Work, recipient: str) -> str:
        if recipients.is_person(recipient):
            return recipients.masked(work.names.get(recipient) or recipient)
        return self._words.name(recipient)
