"""Posting: one finding or a chunk of a batch goes the same way, in the order of the contract's refusals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.findings.application.answers import actor
from services.findings.application.commands import PostFinding
from services.findings.application.evidence import take
from services.findings.application.judging import judged
from services.findings.application.ports import NewId, SourceRef, Work
from services.findings.application.postings import content_hash_of, source_ref
from services.findings.application.review import Reviewer
from services.findings.domain.attachment import Attachment
from services.findings.domain.calendar import day_of
from services.findings.domain.deadlines import DeadlineRules, Due
from services.findings.domain.errors import FindingsError, SourceRefConflictError
from services.findings.domain.facts import Facts
from services.findings.domain.finding import Finding
from services.findings.domain.ledger import take_over
from services.findings.domain.numbering import NumberFormat, county_of
from services.findings.domain.parts import Stamp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one posting: the finding, and whether it is new; or why it was refused. An attempt makes none."""

    finding: Finding | None = None
    new: bool = False
    refusal: FindingsError | None = None


@dataclass(frozen=True)
class Tried:
    """What a dry run has met so far, chunk after chunk: nothing of it is kept, but a repeat must be known as one."""

    hashes: dict[SourceRef, str] = field(default_factory=dict)
    claimed: dict[str, object] = field(default_factory=dict)


class Intake:
    """Takes postings in. What an old ledger says was reported is looked at as a report that comes in now."""

    def __init__(
        self, rules: DeadlineRules, numbering: NumberFormat, new_id: NewId, reviewer: Reviewer
    ) -> None:
        self._rules = rules
        self._numbering = numbering
        self._new_id = new_id
        self._reviewer = reviewer

    def post(self, work: Work, commands: Sequence[PostFinding], now: datetime) -> list[Outcome]:
        """The outcome of each posting, in their order; the good ones are added, whatever the others are."""
        evidence, known, refusals = judged(work, commands, now, {})
        good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
        self._reserve(work, good, known, now)
        return [
            Outcome(refusal=refusal) if refusal else self._settle(work, command, evidence, known, now)
            for command, refusal in zip(commands, refusals, strict=True)
        ]

    def expect(self, work: Work, commands: Sequence[PostFinding], now: datetime) -> None:
        """Have at hand what posting each of these by itself will need; nothing is kept."""
        _, known, refusals = judged(work, commands, now, {})
        good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
        self._reserve(work, good, known, now)

    def attempt(
        self, work: Work, commands: Sequence[PostFinding], now: datetime, before: Tried
    ) -> tuple[list[Outcome], Tried]:
        """What `post` would make of them after the chunks `before`: nothing is kept and no number taken; what would be
        new has no finding."""
        tried = Tried(dict(before.hashes), dict(before.claimed))
        evidence, known, refusals = judged(work, commands, now, tried.claimed)
        outcomes = [
            Outcome(refusal=refusal) if refusal else _attempted(command, evidence, known, tried.hashes)
            for command, refusal in zip(commands, refusals, strict=True)
        ]
        return outcomes, tried

    def _reserve(
        self, work: Work, good: Sequence[PostFinding], known: dict[SourceRef, Finding], now: datetime
    ) -> None:
        """One block of numbers for all that are new. A source_ref that stands twice among them needs one."""
        refs = set(known)
        needed: Counter[str] = Counter()
        for command in good:
            ref = source_ref(command)
            if ref is None or ref not in refs:
                needed[county_of(command.facts.area)] += 1
            if ref is not None:
                refs.add(ref)
        for county, count in needed.items():
            work.numbers.reserve(county, day_of(now).year, count)

    def _settle(
        self,
        work: Work,
        command: PostFinding,
        evidence: Mapping[str, Attachment],
        known: dict[SourceRef, Finding],
        now: datetime,
    ) -> Outcome:
        ref = source_ref(command)
        content_hash = content_hash_of(command, evidence)
        first = known.get(ref) if ref else None
        if ref and first:
            if first.content_hash != content_hash:
                return Outcome(refusal=SourceRefConflictError(ref[1], first.id))
            return Outcome(first)
        finding = self._new(work, command, content_hash, now)
        photos = take(work, command.attachments, command.by, finding)
        if command.past is not None:
            report = finding.latest_report
            self._reviewer.assess(work, finding, photos, report.made.at if report else now)
        work.findings.add(finding)
        if ref:
            known[ref] = finding
        return Outcome(finding, new=True)

    def _new(self, work: Work, command: PostFinding, content_hash: str, now: datetime) -> Finding:
        facts, county, year = command.facts, county_of(command.facts.area), day_of(now).year
        past = command.past
        due = self.due(facts, now) if past is None else self._due_then(facts, now)
        finding = Finding.post(
            id=self._new_id(),
            number=self._numbering.number(county, year, work.numbers.next(county, year)),
            facts=facts,
            due=due,
            made=Stamp(actor(command.by), now),
            content_hash=content_hash,
            dispute_until=self._rules.dispute_until(now),
            recurrence_of=command.recurrence_of,
        )
        if past is not None:
            take_over(finding, past)
        return finding

    def due(self, facts: Facts, at: datetime) -> Due:
        """When such a finding is due if its time begins at `at`."""
        return self._rules.due(
            severity=facts.severity,
            category=facts.category,
            immediate=facts.immediate,
            deadline=facts.deadline,
            posted_at=at,
        )

    def _due_then(self, facts: Facts, now: datetime) -> Due:
        """When it was due, counted from when it was found: its posting then is not known."""
        return self._rules.due(
            severity=facts.severity,
            category=facts.category,
            immediate=facts.immediate,
            deadline=facts.deadline,
            posted_at=facts.found_at,
            in_force=day_of(now),
        )

    @property
    def known_to(self) -> date | None:
        """The last day whose holidays are announced."""
        return self._rules.known_to


def _attempted(
    command: PostFinding,
    evidence: Mapping[str, Attachment],
    known: Mapping[SourceRef, Finding],
    hashes: dict[SourceRef, str],
) -> Outcome:
    ref, content_hash = source_ref(command), content_hash_of(command, evidence)
    if ref is None:
        return Outcome(new=True)
    first = known.get(ref)
    before = hashes.setdefault(ref, first.content_hash) if first else hashes.get(ref)
    if before is None:
        hashes[ref] = content_hash
        return Outcome(new=True)
    if before != content_hash:
        return Outcome(refusal=SourceRefConflictError(ref[1], first.id if first else None))
    return Outcome()
