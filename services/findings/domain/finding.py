"""The finding 问题, from posting to close-out: the aggregate. Who may make which move from where: moves.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.clock import Clock
from services.findings.domain.deadlines import Due
from services.findings.domain.errors import InvalidError
from services.findings.domain.events import (
    Accepted,
    ClockDue,
    Closed,
    FindingEvent,
    Overdue,
    Posted,
    Reported,
    Returned,
)
from services.findings.domain.facts import Facts
from services.findings.domain.guards import require_open
from services.findings.domain.levels import NOTHING_TOLD, Alarm, Step, Told
from services.findings.domain.moves import ON_OTHERS, OPEN, RUNNING, Move, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import (
    Block,
    Dispute,
    Extension,
    Merged,
    Plan,
    Referral,
    Report,
    Responsible,
    Revisit,
    Stamp,
)
from services.findings.domain.review import ORDINARY_WEIGHT, ReviewFlag


def any_version(_version: int) -> None:
    """Whoever moves it did not say which version of it was seen."""


@dataclass(slots=True)
class Finding:
    """One finding. `version` counts its changes, `sequence` the events published about it.

    The other moves stand by subject: posting, rectification, impediments, requests, oversight, merging;
    what other services tell about it in following.
    `source_team` is the team that posted it; its source_ref stays that team's own when the finding is handed over.
    `cases` are the unfinished cases it is in: known here, told only to those who may know (see application/scope);
    `hidden_cases` are the restricted ones among them.
    `require_seen` refuses a move of one who has seen another version: asked when the move's own values can be right,
    before whether it is open.
    """

    id: str
    number: Number
    facts: Facts
    clock: Clock
    posted: Stamp
    updated_at: datetime
    source_team: str
    dispute_until: datetime | None = None
    status: Status = Status.ISSUED
    latest_plan: Plan | None = None
    done: int = 0
    latest_report: Report | None = None
    latest_block: Block | None = None
    latest_dispute: Dispute | None = None
    latest_extension: Extension | None = None
    latest_referral: Referral | None = None
    latest_revisit: Revisit | None = None
    closed_at: datetime | None = None
    returned_count: int = 0
    extensions: int = 0
    supervised: bool = False
    historical: bool = False
    recurrence_of: str | None = None
    evidence: tuple[str, ...] = ()
    told: Told = NOTHING_TOLD
    responsible: tuple[Responsible, ...] = ()
    cases: frozenset[str] = frozenset()
    hidden_cases: frozenset[str] = frozenset()
    review_flags: tuple[ReviewFlag, ...] = ()
    merged: Merged | None = None
    absorbed: tuple[str, ...] = ()
    content_hash: str = ""
    version: int = 0
    sequence: int = 0
    pending: list[FindingEvent] = field(default_factory=list)
    require_seen: Callable[[int], None] = any_version

    @classmethod
    def post(
        cls,
        *,
        id: str,
        number: Number,
        facts: Facts,
        due: Due,
        made: Stamp,
        content_hash: str,
        dispute_until: datetime | None = None,
        recurrence_of: str | None = None,
    ) -> Self:
        """A team posts what it found. Whether the facts can be right was asked before (Facts.faults)."""
        finding = cls(
            id,
            number,
            facts,
            Clock(due, made.at),
            made,
            made.at,
            facts.team,
            dispute_until,
            content_hash=content_hash,
            recurrence_of=recurrence_of,
        )
        finding._record(Posted(Move.POST, made, None, Status.ISSUED))
        return finding

    # Moves

    def accept(self, made: Stamp) -> None:
        """认领: the unit takes it on."""
        require_open(self, Move.ACCEPT, made)
        self.change(Accepted, Move.ACCEPT, made, Status.RECTIFYING)

    def report(self, made: Stamp, *, measures: str, completed_on: date, evidence: Sequence[str] = ()) -> None:
        """The unit reports it as mended; one that is only issued is accepted by that too."""
        if not day_of(self.facts.found_at) <= completed_on <= day_of(made.at):
            raise InvalidError({"completed_on": ["lies before the day of found_at or in the future"]})
        require_open(self, Move.REPORT, made)
        self.latest_report = Report(measures, completed_on, made)
        self.attach(evidence)
        details = {"measures": measures, "completed_on": completed_on, "attachments": list(evidence)}
        self.change(Reported, Move.REPORT, made, Status.REPORTED, details=details)

    def verify(self, made: Stamp, *, result: Literal["pass", "fail"], note: str | None) -> None:
        """验收: the team looks for itself, and closes it 销号 or sends it back."""
        require_open(self, Move.VERIFY, made)
        details = {"result": result}
        if result == "pass":
            self.closed_at = made.at
            self.change(Closed, Move.VERIFY, made, Status.CLOSED, note, details)
        else:
            self.returned_count += 1
            self.change(Returned, Move.VERIFY, made, Status.RECTIFYING, note, details)

    def attach(self, evidence: Sequence[str]) -> None:
        """Add evidence, each once. Told with the move that brings it."""
        self.evidence = tuple(dict.fromkeys([*self.evidence, *evidence]))

    def flag(self, flags: Sequence[ReviewFlag]) -> None:
        """What a look at the report brought up, in place of what an earlier one did."""
        self.review_flags = tuple(flags)

    # What time alone brings

    def run_out(self, step: Step, made: Stamp) -> None:
        """One of its clocks has run out, which is told once (levels.py)."""
        self.told = self.told.after(step)
        if step.clock is Alarm.OVERDUE:
            self.supervised = self.supervised or step.supervised
            details: dict[str, Any] = {"level": step.level}
            self._record(Overdue(step.clock, made, self.status, self.status, details=details))
        else:
            details = {"due_at": step.at}
            self.pending.append(ClockDue(step.clock, made, self.status, self.status, details=details))

    # What can be asked

    @property
    def due(self) -> Due:
        """When it is due, what it waited on others counted in."""
        return self.clock.due

    @property
    def waits(self) -> bool:
        """Whether it waits on others, nobody knows for how long."""
        return self.status in ON_OTHERS or self.extension_open

    @property
    def extension_open(self) -> bool:
        """Whether an extension is asked and not decided."""
        return self.latest_extension is not None and self.latest_extension.decided is None

    @property
    def referral_open(self) -> bool:
        """Whether a referral is asked and not decided."""
        return self.latest_referral is not None and self.latest_referral.decided is None

    @property
    def overdue_from(self) -> datetime | None:
        """The moment from which it is overdue if nothing happens until then; None while the unit is not at work."""
        if self.historical:
            return None
        if self.status in RUNNING:
            return self.clock.late_from(self.due.at)
        if self.status is Status.BLOCKED and self.latest_block is not None:
            return self.clock.late_from(max(self.due.at, end_of(self.latest_block.review_on)))
        return None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been mended by now."""
        return self.overdue_from is not None and self.overdue_from <= now

    @property
    def review_weight(self) -> int:
        """How much more than another (1) it should be drawn for a revisit."""
        return ORDINARY_WEIGHT + sum(one.weight for one in self.review_flags)

    # How it changes

    def change(
        self,
        kind: type[FindingEvent],
        move: Move,
        made: Stamp,
        after: Status,
        note: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Every move ends here: the status, the clock and the history follow together."""
        before, self.status = self.status, after
        self.clock = self._clock(before, made.at)
        self._record(kind(move, made, before, after, note, details or {}))

    def _clock(self, before: Status, at: datetime) -> Clock:
        if self.status not in OPEN:
            # A report that came late stays late, however long its verification took.
            return self.clock.stop()
        clock = self.clock
        if self.status is not before or not self.waits:
            clock = clock.settle(at)
        if before is Status.BLOCKED and self.status is not Status.BLOCKED:
            clock = clock.release(at)
        return clock.wait(at) if self.waits else clock

    def _record(self, event: FindingEvent) -> None:
        self.version += 1
        self.updated_at = event.made.at
        self.pending.append(event)
