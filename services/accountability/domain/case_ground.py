"""What a case 问责事项 stands on: its findings, the chain of duty, why it was opened and what the rules suggest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Assignment, Responsible
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.events import CaseAdvanced, CaseOpened
from services.accountability.domain.registers import DIRECT
from services.accountability.domain.rules import Because

OPENED, VERIFYING, PROPOSED = "opened", "verifying", "proposed"
APPROVED, SERVING, CLOSED, DISMISSED = "approved", "serving", "closed", "dismissed"
STATUSES = (OPENED, VERIFYING, PROPOSED, APPROVED, SERVING, CLOSED, DISMISSED)
FINISHED = frozenset({CLOSED, DISMISSED})


@dataclass(frozen=True, slots=True)
class Suggested:
    """A measure that a rule suggests for a person; never a disposition."""

    cadre: str
    kind: str
    rule: str


@dataclass(slots=True, kw_only=True)
class GroundedCase(Aggregate):
    """`persons` is the chain of duty: everyone in its findings' assignments, each once, by cadre. `tallies` are the
    keys under which further findings find it while it is unfinished. A finding that joins a decided case changes no
    decision: for whom it brings into the chain the case is supplemented."""

    status: str = OPENED
    findings: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    persons: dict[str, Responsible] = field(default_factory=dict)
    because: list[Because] = field(default_factory=list)
    suggested: list[Suggested] = field(default_factory=list)
    tallies: list[str] = field(default_factory=list)
    reason: str | None = None
    restricted: bool = False
    handlers: list[str] = field(default_factory=list)
    dispositions: dict[str, Disposition] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        case_id: str,
        assignments: Iterable[Assignment],
        at: datetime,
        *,
        because: Sequence[Because] = (),
        reason: str | None = None,
        by: str | None = None,
    ) -> Self:
        """A new case on these findings."""
        case = cls(id=case_id, created_at=at, updated_at=at, because=list(because), reason=reason)
        for assignment in assignments:
            case._add(assignment)
        details = {"because": [one.rule for one in because], "findings": list(case.findings)}
        case.pending.append(CaseOpened(at, by, move="opened", note=reason, details=details))
        return case

    @property
    def unfinished(self) -> bool:
        """Whether a finding in it can be in no other."""
        return self.status not in FINISHED

    @property
    def settled(self) -> bool:
        """Whether something of it was approved."""
        return any(one.approved_at is not None for one in self.dispositions.values())

    @property
    def unsettled(self) -> list[Disposition]:
        """What is written and not approved yet."""
        return [one for one in self.dispositions.values() if one.approved_at is None]

    @property
    def without_disposition(self) -> list[str]:
        """Who of the chain has none, in its order."""
        return [cadre for cadre in self.persons if cadre not in self.dispositions]

    def join(self, assignment: Assignment, because: Because, at: datetime) -> None:
        """A further finding of the same rule, cadre and category."""
        self._add(assignment)
        self._note(at, "finding_joined", assignment, rule=because.rule)

    def follow(self, assignment: Assignment, at: datetime) -> None:
        """A finding in it was assigned anew: its people belong to the chain."""
        if self._absorb(assignment.resolution.responsible):
            self._note(at, "chain_resolved", assignment)

    def resolve_chain(self, all_of_it: Iterable[Assignment], moved: Assignment, at: datetime) -> None:
        """A finding in it went to another area: its chain is that of its findings as they are now."""
        before, self.persons, self.areas = set(self.persons), {}, []
        for assignment in all_of_it:
            self._absorb(assignment.resolution.responsible)
            if assignment.finding.area not in self.areas:
                self.areas.append(assignment.finding.area)
        left = sorted(before - set(self.persons))
        # What was proposed for somebody who never answered for it is no proposal any more.
        self.dispositions = {
            cadre: one
            for cadre, one in self.dispositions.items()
            if cadre in self.persons or one.approved_at is not None
        }
        self._note(at, "chain_resolved", moved, left=", ".join(left))

    def referred(self, assignment: Assignment, reason: str, at: datetime) -> None:
        """People referred a finding that is in it already."""
        self._note(at, "finding_referred", assignment, reason=reason)

    def explain(self, because: Because, assignment: Assignment, at: datetime) -> None:
        """A further rule, or the same one with better facts about the same finding."""
        for position, known in enumerate(self.because):
            if known.key == because.key:
                same = known.facts.get("finding") == because.facts.get("finding")
                if same and known.facts != because.facts:
                    self.because[position] = because
                    self._note(at, "facts_renewed", assignment, rule=because.rule)
                return
        self.because.append(because)
        self._note(at, "rule_added", assignment, rule=because.rule)

    def suggest(self, suggestions: Iterable[Suggested]) -> None:
        """What a rule suggests, each once."""
        self.suggested += [one for one in suggestions if one not in self.suggested]

    def ground_withdrawn(self, assignment: Assignment, at: datetime) -> None:
        """One of its findings was withdrawn: people decide what becomes of the case."""
        self._note(at, "finding_withdrawn", assignment)

    def _add(self, assignment: Assignment) -> None:
        finding = assignment.finding
        self.findings.append(finding.id)
        self.numbers.append(finding.number)
        if finding.area not in self.areas:
            self.areas.append(finding.area)
        if finding.category not in self.categories:
            self.categories.append(finding.category)
        self._absorb(assignment.resolution.responsible)

    def _absorb(self, responsible: Iterable[Responsible]) -> bool:
        grown = False
        for one in responsible:
            known = self.persons.get(one.cadre)
            if known is None or (known.role != DIRECT and one.role == DIRECT):
                self.persons[one.cadre] = one
                grown = True
        return grown

    def _note(self, at: datetime, move: str, assignment: Assignment, **details: str) -> None:
        self.pending.append(CaseAdvanced(at, move=move, finding=assignment.id, details=dict(details)))
