"""待办: the visits after talks, self-criticisms and appeals that wait for a caller."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.accountability.application.measures import may_see_measure
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.calendar import day_of, end_of
from services.accountability.domain.measure import Measure
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from shared.contracts.claims import Claims

Item = dict[str, Any]


class Candidates(Protocol):
    """What may wait for somebody, the longest waiting first."""

    def measure(self, measure_id: str) -> Measure | None: ...

    def to_visit(self, reach: str, today: date) -> Sequence[Talk]: ...

    def to_judge(self) -> Sequence[Submission]: ...

    def open_appeals(self, reach: str) -> Sequence[Appeal]: ...


@dataclass(frozen=True, slots=True)
class ExecutionTodos:
    """`label` words a kind of measure."""

    label: Callable[[str], str]
    clock: Callable[[], datetime]

    def of(self, candidates: Candidates, by: Claims) -> list[Item]:
        """Everything of these that waits for this caller."""
        sources = {"commission": self._of_commission, "approver": self._of_approver}
        source = sources.get(by.role)
        return [] if source is None else list(source(candidates, by))

    def _of_commission(self, found: Candidates, by: Claims) -> Iterator[Item]:
        for talk in found.to_visit(by.area, day_of(self.clock())):
            due = None if talk.follow_up_on is None else end_of(talk.follow_up_on)
            yield from self._item("follow_up", talk.measure, found, by, "talk/follow-up", due)

    def _of_approver(self, found: Candidates, by: Claims) -> Iterator[Item]:
        for appeal in found.open_appeals(by.area):
            if by.sub not in (appeal.approved_by, appeal.statement.by):
                for item in self._item("appeal", appeal.measure, found, by, "decide"):
                    yield {**item, "id": appeal.id}
        for submission in found.to_judge():
            if submission.handed_in[-1].by != by.sub:
                yield from self._item("self_criticism", submission.id, found, by, "submission/decide")

    def _item(
        self,
        what: str,
        measure_id: str,
        found: Candidates,
        by: Claims,
        move: str,
        due: datetime | None = None,
    ) -> Iterator[Item]:
        measure = found.measure(measure_id)
        if measure is not None and may_see_measure(measure, by):
            about = f"{measure.person.name}{self.label(measure.terms.kind)}"
            yield {
                "what": what,
                "id": measure.id,
                "number": None,
                "about": about,
                "due": due,
                "moves": [move],
            }
