"""The finding 问题, from posting to close-out: the aggregate. Who may make which move from where: moves.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, Self

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.deadlines import Due
from services.findings.domain.errors import InvalidError
from services.findings.domain.events import (
    Absorbed,
    Accepted,
    Amended,
    Blocked,
    BlockGranted,
    Closed,
    Disputed,
    DisputeDecided,
    FindingEvent,
    MergedInto,
    Planned,
    Posted,
    Progressed,
    Released,
    Reported,
    Resumed,
    Returned,
    Unmerged,
    Withdrawn,
)
from services.findings.domain.facts import Facts, Place
from services.findings.domain.guards import require_open
from services.findings.domain.moves import RUNNING, Move, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Block, Dispute, Merged, Plan, Report, Responsible, Stamp


@dataclass(slots=True)
class Finding:
    """One finding. `version` counts its changes, `sequence` the events published about it.

    `cases` are the unfinished cases it is in: known here, told only to those who may know (see application/scope).
    """

    id: str
    number: Number
    facts: Facts
    due: Due
    posted: Stamp
    updated_at: datetime
    status: Status = Status.ISSUED
    latest_plan: Plan | None = None
    done: int = 0
    latest_report: Report | None = None
    latest_block: Block | None = None
    latest_dispute: Dispute | None = None
    closed_at: datetime | None = None
    returned_count: int = 0
    extensions: int = 0
    supervised: bool = False
    historical: bool = False
    recurrence_of: str | None = None
    evidence: tuple[str, ...] = ()
    responsible: tuple[Responsible, ...] = ()
    cases: frozenset[str] = frozenset()
    merged: Merged | None = None
    absorbed: tuple[str, ...] = ()
    content_hash: str = ""
    version: int = 0
    sequence: int = 0
    pending: list[FindingEvent] = field(default_factory=list)

    @classmethod
    def post(cls, *, id: str, number: Number, facts: Facts, due: Due, made: Stamp, content_hash: str) -> Self:
        """A team posts what it found. Whether the facts can be right was asked before (Facts.faults)."""
        finding = cls(id, number, facts, due, made, made.at, content_hash=content_hash)
        finding._record(Posted(Move.POST, made, None, Status.ISSUED))
        return finding

    # Moves

    def accept(self, made: Stamp) -> None:
        """认领: the unit takes it on."""
        require_open(self, Move.ACCEPT, made)
        self._change(Accepted, Move.ACCEPT, made, Status.RECTIFYING)

    def plan(self, made: Stamp, *, measures: str, person: str, due: date) -> None:
        """The unit tells how it means to mend it."""
        if due < day_of(made.at):
            raise InvalidError({"due": ["lies in the past"]})
        require_open(self, Move.PLAN, made)
        self.latest_plan = Plan(measures, person, due)
        details = {"measures": measures, "person": person, "due": due}
        self._change(Planned, Move.PLAN, made, Status.RECTIFYING, details=details)

    def progress(self, made: Stamp, *, done: int, note: str) -> None:
        """So many of its problems are mended."""
        if done > self.facts.count:
            raise InvalidError({"done": [f"the finding counts {self.facts.count}"]})
        require_open(self, Move.PROGRESS, made)
        self.done = done
        self._change(Progressed, Move.PROGRESS, made, Status.RECTIFYING, note, {"done": done})

    def report(self, made: Stamp, *, measures: str, completed_on: date, evidence: Sequence[str] = ()) -> None:
        """The unit reports it as mended; one that is only issued is accepted by that too."""
        if not day_of(self.facts.found_at) <= completed_on <= day_of(made.at):
            raise InvalidError({"completed_on": ["lies before the day of found_at or in the future"]})
        require_open(self, Move.REPORT, made)
        self.latest_report = Report(measures, completed_on, made)
        self.evidence = tuple(dict.fromkeys([*self.evidence, *evidence]))
        details = {"measures": measures, "completed_on": completed_on, "attachments": list(evidence)}
        self._change(Reported, Move.REPORT, made, Status.REPORTED, details=details)

    def verify(self, made: Stamp, *, result: Literal["pass", "fail"], note: str | None) -> None:
        """验收: the team looks for itself, and closes it 销号 or sends it back."""
        require_open(self, Move.VERIFY, made)
        details = {"result": result}
        if result == "pass":
            self.closed_at = made.at
            self._change(Closed, Move.VERIFY, made, Status.CLOSED, note, details)
        else:
            self.returned_count += 1
            self._change(Returned, Move.VERIFY, made, Status.RECTIFYING, note, details)

    def dispute(self, made: Stamp, *, grounds: str) -> None:
        """The unit denies it."""
        require_open(self, Move.DISPUTE, made)
        self.latest_dispute = Dispute(grounds, self.status, made)
        self._change(Disputed, Move.DISPUTE, made, Status.DISPUTED, grounds)

    def decide(self, made: Stamp, *, result: Literal["upheld", "withdrawn"], note: str | None) -> None:
        """A third person decides a dispute: 维持, back to where it came from, or 撤销."""
        require_open(self, Move.DECIDE, made)
        assert self.latest_dispute is not None, "a disputed finding has a dispute"
        after = self.latest_dispute.came_from if result == "upheld" else Status.WITHDRAWN
        self._change(DisputeDecided, Move.DECIDE, made, after, note, {"result": result})

    def block(self, made: Stamp, *, reason: str, needs: str, review_on: date) -> None:
        """暂时无法整改: the unit lacks something, and says when to look again."""
        if review_on < day_of(made.at):
            raise InvalidError({"review_on": ["lies in the past"]})
        require_open(self, Move.BLOCK, made)
        self.latest_block = Block(reason, needs, review_on, made)
        details = {"needs": needs, "review_on": review_on}
        self._change(Blocked, Move.BLOCK, made, Status.BLOCKED, reason, details)

    def decide_block(self, made: Stamp, *, result: Literal["granted", "refused"], note: str | None) -> None:
        """A block is granted, once, or the unit is sent back to work."""
        require_open(self, Move.BLOCK_DECIDE, made)
        assert self.latest_block is not None, "a blocked finding has a block"
        details = {"result": result}
        if result == "granted":
            self.latest_block = replace(self.latest_block, granted=made)
            self._change(BlockGranted, Move.BLOCK_DECIDE, made, Status.BLOCKED, note, details)
        else:
            self._change(Resumed, Move.BLOCK_DECIDE, made, Status.RECTIFYING, note, details)

    def resume(self, made: Stamp, *, note: str | None) -> None:
        """The unit goes on."""
        require_open(self, Move.RESUME, made)
        self._change(Resumed, Move.RESUME, made, Status.RECTIFYING, note)

    def withdraw(self, made: Stamp, *, reason: str) -> None:
        """The team takes back what it posted in error."""
        require_open(self, Move.WITHDRAW, made)
        self._change(Withdrawn, Move.WITHDRAW, made, Status.WITHDRAWN, reason)

    def amend(
        self, made: Stamp, *, description: str | None, suggestion: str | None, place: Place | None
    ) -> None:
        """The team words it better; the old words stay in the history."""
        new: dict[str, Any] = {"description": description, "suggestion": suggestion, "place": place}
        told = {name: value for name, value in new.items() if value is not None}
        if not told:
            raise InvalidError({"body": ["amends nothing"]})
        require_open(self, Move.AMEND, made)
        old = {name: getattr(self.facts, name) for name in told}
        self.facts = replace(self.facts, **told)
        self._change(Amended, Move.AMEND, made, Status.ISSUED, details={"replaced": old})

    def merge(self, made: Stamp, *, into: str, reason: str) -> None:
        """合并: it is the same as another, which goes on for both. It stays readable and counts as withdrawn."""
        require_open(self, Move.MERGE, made)
        self.merged = Merged(into, self.status)
        self._change(MergedInto, Move.MERGE, made, Status.WITHDRAWN, reason, {"into": into})

    def unmerge(self, made: Stamp, *, reason: str) -> None:
        """It was another one after all: back to where it came from."""
        require_open(self, Move.UNMERGE, made)
        assert self.merged is not None, "only a merged finding can be unmerged"
        merged, self.merged = self.merged, None
        self._change(Unmerged, Move.UNMERGE, made, merged.came_from, reason, {"from": merged.into})

    def absorb(self, made: Stamp, *, other: str, reason: str) -> None:
        """Another is merged into it."""
        self.absorbed = (*self.absorbed, other)
        self._change(Absorbed, Move.MERGE, made, self.status, reason, {"absorbed": other})

    def release(self, made: Stamp, *, other: str, reason: str) -> None:
        """Another goes its own way again."""
        self.absorbed = tuple(one for one in self.absorbed if one != other)
        self._change(Released, Move.UNMERGE, made, self.status, reason, {"released": other})

    # What other services tell about it

    def assign(self, responsible: Sequence[Responsible], at: datetime) -> None:
        """Who answers for it is known. Not a change of the finding itself, so its version stays."""
        self.responsible = tuple(responsible)
        self.updated_at = at

    def enter_case(self, case: str) -> None:
        """It is in a case. Nothing that others can see may change by this: not even `updated_at`."""
        self.cases |= {case}

    def leave_case(self, case: str) -> None:
        """The case has ended, or goes on without it."""
        self.cases -= {case}

    # What can be asked

    @property
    def overdue_from(self) -> datetime | None:
        """The moment from which it is overdue if nothing happens until then; None while the unit is not at work."""
        if self.historical:
            return None
        if self.status in RUNNING:
            return self.due.at
        if self.status is Status.BLOCKED and self.latest_block is not None:
            return max(self.due.at, end_of(self.latest_block.review_on))
        return None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been mended by now."""
        return self.overdue_from is not None and self.overdue_from <= now

    # Inside

    def _change(
        self,
        kind: type[FindingEvent],
        move: Move,
        made: Stamp,
        after: Status,
        note: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        before, self.status = self.status, after
        self._record(kind(move, made, before, after, note, details or {}))

    def _record(self, event: FindingEvent) -> None:
        self.version += 1
        self.updated_at = event.made.at
        self.pending.append(event)
