"""From an event to notices: who is told by the county's table, what, and on which channels it leaves the house."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.notifications.application.facts import CountyWords
from services.notifications.application.matters import ASSIGNMENTS, matter_of
from services.notifications.application.ports import Clock, MessageKey, NewId, NoticeWriter, Work
from services.notifications.application.posting import Postbox
from services.notifications.domain import recipients
from services.notifications.domain.calendar import day_of
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.matter import Matter
from services.notifications.domain.notice import About, Notice, Wording
from services.notifications.domain.policy import Policy, Telling, tellings
from services.notifications.domain.reminders import ReceiptRules
from shared.contracts.accountability import WARNING_REVOKED_V1
from shared.contracts.envelope import Event


class Teller:
    """Tells people of events."""

    def __init__(
        self,
        policies: Sequence[Policy],
        words: CountyWords,
        writer: NoticeWriter,
        postbox: Postbox,
        new_id: NewId,
        clock: Clock,
        repeat: timedelta,
        receipts: ReceiptRules,
    ) -> None:
        self._policies = policies
        self._words = words
        self._writer = writer
        self._postbox = postbox
        self._new_id = new_id
        self._clock = clock
        self._repeat = repeat
        self._receipts = receipts

    def tell(self, work: Work, event: Event) -> None:
        """Queue a notice for each whom the event concerns and who does not know yet."""
        matter = matter_of(event)
        if matter is None:
            return
        if event.type == WARNING_REVOKED_V1 and matter.warning:
            matter = replace(matter, told=tuple(work.notices.told_of_warning(matter.warning)))
        if matter.case and (access := work.cases.get(matter.case)) is not None:
            matter = replace(matter, handlers=access.at_time_of(event.time, matter.handlers))
        now = self._clock()
        told = tellings(self._policies, matter, day_of(now))
        if event.type in ASSIGNMENTS and matter.finding:
            known = work.told.get(matter.finding)
            told = [one for one in told if one.recipient not in known]
            if told:
                work.told.add(matter.finding, matter.area, [one.recipient for one in told], now)
        if matter.finding and matter.added:
            # Whoever was added has the assignment by this notice; an event of it that comes later says nothing new.
            work.told.add(matter.finding, matter.area, matter.added, now)
        if matter.case and matter.handlers is not None:
            told = [one for one in told if recipients.is_person(one.recipient)]
        if told:
            self._queue(work, event, matter, told, now)

    def _queue(
        self, work: Work, event: Event, matter: Matter, told: Sequence[Telling], now: datetime
    ) -> None:
        facts = self._words.of_event(event, now)
        about = About(
            event=event.id,
            event_type=event.type,
            area=matter.area,
            finding=matter.finding,
            case=matter.case,
            warning=matter.warning,
            measure=matter.measure,
            correlationid=event.correlationid,
            handlers=matter.handlers,
            since=matter.since,
        )
        for one in told:
            name = work.names.get(one.recipient) if recipients.is_person(one.recipient) else None
            text = self._writer.write(one.template, facts | self._words.of_recipient(one, matter, name))
            outside = self._leave(work, matter, one, now)
            notice = Notice.queue(
                id=self._new_id(),
                recipient=one.recipient,
                text=text,
                about=about,
                at=now,
                outside=outside,
                wording=Wording(one.template, self._writer.version(one.template)),
                leaders=matter.chain_above if matter.finding else (),
                wake_at=self._receipts.remind_at(now),
            )
            work.notices.add(notice)

    def _leave(self, work: Work, matter: Matter, telling: Telling, now: datetime) -> list[Delivery]:
        """What leaves the house: nothing where the same has been sent to him lately."""
        key = _key(matter, telling)
        if key is None:
            return self._postbox.hand_over(work, telling, now)
        until = work.repeats.until(key)
        if until is not None and now < until:
            return []
        outside = self._postbox.hand_over(work, telling, now)
        if outside and self._repeat:
            work.repeats.save(key, now + self._repeat)
        return outside

    def prefetch(self, work: Work, events: Iterable[Event]) -> None:
        """Everything the notices of a batch need, in one round trip per collection."""
        matters = [matter for event in events if (matter := matter_of(event)) is not None]
        day = day_of(self._clock())
        pairs = [(matter, one) for matter in matters for one in tellings(self._policies, matter, day)]
        told = [one for _, one in pairs]
        work.repeats.prefetch({key for pair in pairs if (key := _key(*pair)) is not None})
        work.told.get_many(
            {matter.finding for matter in matters if matter.finding and matter.event_type in ASSIGNMENTS}
        )
        work.names.get_many({one.recipient for one in told if recipients.is_person(one.recipient)})
        self._postbox.prefetch(work, told)


def _key(matter: Matter, telling: Telling) -> MessageKey | None:
    """What counts as the same message; of what is about no finding each one is another."""
    return (matter.finding, matter.event_type, telling.recipient) if matter.finding else None
