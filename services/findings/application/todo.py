"""待办: the findings and self-checks that wait for a caller, with what can be done about each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.findings.application.answers import allowed_moves
from services.findings.application.ports import Clock
from services.findings.domain.calendar import day_of, end_of, start_of
from services.findings.domain.desks import Desks, Task
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Move, Status
from services.findings.domain.requests import open_questions
from services.findings.domain.self_check import SelfCheck
from shared.contracts.claims import Claims

Item = dict[str, Any]
MOST = 500
"""So many of each kind are looked at, the most urgent ones: nobody works through more from a list."""
_DECISIONS = {
    "dispute": Move.DECIDE,
    "extension": Move.EXTEND_DECIDE,
    "block": Move.BLOCK_DECIDE,
    "referral": Move.REFER_DECIDE,
}
"""What is asked, and the move that decides it."""


class Candidates(Protocol):
    """What may wait for somebody, the most urgent first, at most MOST of each."""

    def on_desk(self, task: Task, whose: str, until: datetime | None) -> list[Finding]:
        """What of such tasks lies before a team or the people of an area, with a moment up to `until`."""
        ...

    def asked(self, reach: str, questions: Sequence[str]) -> list[Finding]: ...

    def unanswered(self, reach: str) -> list[tuple[SelfCheck, str]]: ...


@dataclass(frozen=True, slots=True)
class Todos:
    """What waits for whom; an item is there while its move is open to the caller."""

    desks: Desks
    area_name: Callable[[str], str]
    clock: Clock

    def of(self, candidates: Candidates, by: Claims) -> list[Item]:
        """Everything that waits for this caller."""
        now = self.clock()
        sources = {
            "unit": self._of_unit,
            "supervisor": self._of_team,
            "approver": self._of_approver,
            "office": self._of_office,
        }
        source = sources.get(by.role)
        return [] if source is None else list(source(candidates, by, now))

    def _of_unit(self, candidates: Candidates, by: Claims, now: datetime) -> Iterator[Item]:
        for one in candidates.on_desk(Task.MEND, by.area, None):
            if one.status is Status.ISSUED:
                yield from self._item("accept", one, one.due.at, Move.ACCEPT, by, now)
            elif one.status is Status.RECTIFYING:
                what = "returned" if one.returned_count else "rectify"
                yield from self._item(what, one, one.due.at, Move.REPORT, by, now)
            elif one.latest_block is not None and start_of(one.latest_block.review_on) <= now:
                review = start_of(one.latest_block.review_on)
                yield from self._item("review", one, review, Move.RESUME, by, now)
        for check, number in candidates.unanswered(by.area):
            yield {
                "what": "self_check",
                "id": check.id,
                "number": number,
                "about": self.area_name(check.area),
                "due": end_of(check.due),
                "moves": ["answer"],
            }

    def _of_team(self, candidates: Candidates, by: Claims, now: datetime) -> Iterator[Item]:
        if by.team is None:
            return
        for one in candidates.on_desk(Task.VERIFY, by.team, None):
            yield from self._item("verify", one, self.desks.clocks.verify_by(one), Move.VERIFY, by, now)
        for one in candidates.on_desk(Task.REVISIT, by.team, now):
            task = self.desks.task(one)
            if task is not None and task[1] <= now:
                yield from self._item("revisit", one, end_of(day_of(task[1])), Move.REVISIT, by, now)

    def _of_approver(self, candidates: Candidates, by: Claims, now: datetime) -> Iterator[Item]:
        for one in candidates.asked(by.area, list(_DECISIONS)):
            for question in open_questions(one):
                yield from self._item(question, one, one.due.at, _DECISIONS[question], by, now)

    def _of_office(self, candidates: Candidates, by: Claims, now: datetime) -> Iterator[Item]:
        for one in candidates.asked(by.area, ["block"]):
            yield from self._item("block", one, one.due.at, Move.BLOCK_DECIDE, by, now)
        for one in candidates.on_desk(Task.VERIFY, by.area, now):
            due = self.desks.clocks.verify_by(one)
            if due is not None and due <= now:
                yield from self._item("unverified", one, due, None, by, now)

    def _item(
        self, what: str, finding: Finding, due: datetime | None, move: Move | None, by: Claims, now: datetime
    ) -> Iterator[Item]:
        moves = allowed_moves(finding, by, now)
        if moves and (move is None or move.value in moves):
            yield {
                "what": what,
                "id": finding.id,
                "number": finding.number.text,
                "about": f"{self.area_name(finding.facts.area)}{finding.facts.place.name}",
                "due": due,
                "moves": moves,
            }
