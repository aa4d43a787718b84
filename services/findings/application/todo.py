"""待办: the findings and self-checks that wait for a caller, with what can be done about each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from services.findings.application.answers import allowed_moves
from services.findings.application.ports import Clock
from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.desks import Desks, Task
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Move, Status
from services.findings.domain.requests import open_questions
from services.findings.domain.self_check import SelfCheck
from shared.contracts.claims import Claims

Item = dict[str, Any]
Items = Iterator[Item]
MOST = 500
"""So many open questions and self-checks are looked at, the most urgent ones: nobody decides more from a list."""
Place = tuple[datetime, str]
"""Where a finding stands in the order of a desk: its moment, its id."""
Lying = Iterator[tuple[Finding, datetime]]
_DECISIONS = {
    "dispute": Move.DECIDE,
    "extension": Move.EXTEND_DECIDE,
    "block": Move.BLOCK_DECIDE,
    "referral": Move.REFER_DECIDE,
}
"""What is asked, and the move that decides it."""


class Candidates(Protocol):
    """What may wait for somebody, the most urgent first."""

    def on_desk(
        self, task: Task, whose: str, behind: Place | None, until: datetime | None, at_once: int
    ) -> Lying:
        """What of such tasks lies before a team or the people of an area, each with its moment, up to `until` and
        behind a place in that order: read on the way, so many at once."""
        ...

    def asked(self, reach: str, questions: Sequence[str]) -> list[Finding]: ...

    def unanswered(self, reach: str) -> list[tuple[SelfCheck, str]]: ...


@dataclass(frozen=True, slots=True)
class Todos:
    """What waits for whom; an item is there while its move is open to the caller."""

    desks: Desks
    area_name: Callable[[str], str]
    clock: Clock

    def of(self, candidates: Candidates, by: Claims, behind: Place | None, limit: int) -> list[Item]:
        """What waits for this caller behind a place, of each kind of task at least the first `limit`."""
        desk = _Desk(candidates, behind, limit, self.clock())
        sources = {
            "unit": self._of_unit,
            "supervisor": self._of_team,
            "approver": self._of_approver,
            "office": self._of_office,
        }
        source = sources.get(by.role)
        return [] if source is None else [item for kind in source(desk, by) for item in islice(kind, limit)]

    def _of_unit(self, desk: "_Desk", by: Claims) -> Iterator[Items]:
        yield self._to_mend(desk, by)
        yield self._each("review", desk.of(Task.REVIEW, by.area, desk.now), Move.RESUME, desk, by)
        yield self._self_checks(desk, by)

    def _of_team(self, desk: "_Desk", by: Claims) -> Iterator[Items]:
        if by.team is None:
            return
        yield self._each("verify", desk.of(Task.VERIFY, by.team), Move.VERIFY, desk, by)
        today = end_of(day_of(desk.now))
        yield self._each("revisit", desk.of(Task.REVISIT, by.team, today), Move.REVISIT, desk, by)

    def _of_approver(self, desk: "_Desk", by: Claims) -> Iterator[Items]:
        yield self._asked(desk, by, list(_DECISIONS))

    def _of_office(self, desk: "_Desk", by: Claims) -> Iterator[Items]:
        yield self._asked(desk, by, ["block"])
        yield self._each("unverified", desk.of(Task.VERIFY, by.area, desk.now), None, desk, by)

    def _to_mend(self, desk: "_Desk", by: Claims) -> Items:
        for one, due in desk.of(Task.MEND, by.area):
            if one.status is Status.ISSUED:
                yield from self._item("accept", one, due, Move.ACCEPT, by, desk.now)
            else:
                what = "returned" if one.returned_count else "rectify"
                yield from self._item(what, one, due, Move.REPORT, by, desk.now)

    def _self_checks(self, desk: "_Desk", by: Claims) -> Items:
        for check, number in desk.candidates.unanswered(by.area):
            due = end_of(check.due)
            if desk.shows(due, check.id):
                yield {
                    "what": "self_check",
                    "id": check.id,
                    "number": number,
                    "about": self.area_name(check.area),
                    "due": due,
                    "moves": ["answer"],
                }

    def _asked(self, desk: "_Desk", by: Claims, questions: Sequence[str]) -> Items:
        for one in desk.candidates.asked(by.area, questions):
            for question in open_questions(one):
                if question in questions and desk.shows(one.due.at, one.id):
                    yield from self._item(question, one, one.due.at, _DECISIONS[question], by, desk.now)

    def _each(self, what: str, lying: Lying, move: Move | None, desk: "_Desk", by: Claims) -> Items:
        for one, due in lying:
            yield from self._item(what, one, due, move, by, desk.now)

    def _item(
        self, what: str, finding: Finding, due: datetime, move: Move | None, by: Claims, now: datetime
    ) -> Items:
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


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is looked through: behind a place, so many at once, at a moment."""

    candidates: Candidates
    behind: Place | None
    at_once: int
    now: datetime

    def of(self, task: Task, whose: str, until: datetime | None = None) -> Lying:
        return self.candidates.on_desk(task, whose, self.behind, until, self.at_once)

    def shows(self, due: datetime, id: str) -> bool:
        """Whether it lies at that place or behind it: of one finding several things may be asked."""
        return self.behind is None or (due, id) >= self.behind
