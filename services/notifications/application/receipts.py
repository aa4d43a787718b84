"""Receipts as people record them: refused before witnesses, served on paper, told by telephone. And what waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.notifications.application import answers, scope
from services.notifications.application.answers import Answer
from services.notifications.application.commands import RequireVersion, any_version
from services.notifications.application.ports import Clock, Work
from services.notifications.domain.calendar import day_of
from services.notifications.domain.errors import InvalidError
from services.notifications.domain.notice import Notice
from services.notifications.domain.receipt import Call, PaperService, Refusal, witness_fault
from services.notifications.domain.reminders import ReceiptRules
from shared.contracts.claims import Claims

MOST_TODO = 1000
"""Notices looked at for one list, the oldest ones: more than anybody signs in a day, and the rest follows."""


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    """The office records what happened away from the system; `said` is the validated body."""

    notice: str
    said: Mapping[str, Any]
    by: Claims
    require_version: RequireVersion = field(default=any_version)


class Receipts:
    """One method per command."""

    def __init__(self, rules: ReceiptRules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    def refuse(self, work: Work, command: RecordReceipt) -> Answer:
        """拒签, seen by two."""
        notice, said, now = self._notice(work, command), command.said, self._clock()
        wrong = witness_fault(said["witnesses"])
        if wrong is not None:
            raise InvalidError({"witnesses": [wrong]})
        at = _moment(notice, said["at"], now)
        refusal = Refusal(at, tuple(said["witnesses"]), said["reason"], command.by.sub)
        notice.refuse(refusal, command.by.role, now)
        return _saved(work, notice)

    def paper(self, work: Work, command: RecordReceipt) -> Answer:
        """He has signed on paper."""
        notice, said, now = self._notice(work, command), command.said, self._clock()
        paper = PaperService(_moment(notice, said["at"], now), said["by"], command.by.sub)
        notice.serve_on_paper(paper, command.by.role, now)
        return _saved(work, notice)

    def phone(self, work: Work, command: RecordReceipt) -> Answer:
        """He was told by telephone."""
        notice, said, now = self._notice(work, command), command.said, self._clock()
        at = _moment(notice, said["at"], now)
        notice.call(Call(at, said["by"], said["answered_by"], command.by.sub), now)
        return _saved(work, notice)

    def todo(self, work: Work, by: Claims) -> Iterable[Mapping[str, Any]]:
        """What the caller has to sign, each until its reminder."""
        recipient = scope.recipient_of(by)
        for notice in work.notices.unsigned_of(recipient, MOST_TODO) if recipient else ():
            if scope.is_own(by, notice):
                yield {
                    "what": "sign",
                    "id": notice.id,
                    "number": None,
                    "about": notice.text.subject,
                    "due": self._rules.remind_at(notice.queued_at),
                    "moves": ["read", "sign"],
                }

    def _notice(self, work: Work, command: RecordReceipt) -> Notice:
        notice = scope.readable(work, command.notice, command.by)
        command.require_version(notice.version)
        return notice


def _moment(notice: Notice, said: datetime | None, now: datetime) -> datetime:
    """When it happened: not in the future, and not before the day on which that was found or served which the notice
    tells of; where that is not known, on which the notice was made."""
    at, first = said or now, day_of(notice.about.since or notice.queued_at)
    if at > now:
        raise InvalidError({"at": ["lies in the future"]})
    if day_of(at) < first:
        raise InvalidError({"at": [f"lies before {first}, the day of what the notice tells of"]})
    return at


def _saved(work: Work, notice: Notice) -> Answer:
    work.notices.save(notice)
    return answers.as_it_stands(work, notice)
