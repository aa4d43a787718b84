"""Posting: one finding or a chunk of a batch goes the same way, in the order of the contract's refusals."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.findings.application import scope
from services.findings.application.answers import actor
from services.findings.application.commands import PostFinding
from services.findings.application.ports import NewId, SourceRef, Work
from services.findings.domain.calendar import day_of
from services.findings.domain.deadlines import DeadlineRules
from services.findings.domain.errors import FindingsError, InvalidError, SourceRefConflictError
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.numbering import NumberFormat, county_of
from services.findings.domain.parts import Stamp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one posting: the finding, and whether it is new; or why it was refused. An attempt makes none."""

    finding: Finding | None = None
    new: bool = False
    refusal: FindingsError | None = None


class Intake:
    """Takes postings in."""

    def __init__(self, rules: DeadlineRules, numbering: NumberFormat, new_id: NewId) -> None:
        self._rules = rules
        self._numbering = numbering
        self._new_id = new_id

    def post(self, work: Work, commands: Sequence[PostFinding], now: datetime) -> list[Outcome]:
        """The outcome of each posting, in their order; the good ones are added, whatever the others are."""
        refusals = [_refusal(command, now) for command in commands]
        good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
        known = work.findings.by_source_ref([ref for one in good if (ref := _source_ref(one)) is not None])
        self._reserve(work, good, known, now)
        return [
            Outcome(refusal=refusal) if refusal else self._settle(work, command, known, now)
            for command, refusal in zip(commands, refusals, strict=True)
        ]

    def attempt(self, work: Work, commands: Sequence[PostFinding], now: datetime) -> list[Outcome]:
        """What `post` would make of them; one that would be new has no finding."""
        refs = [ref for one in commands if (ref := _source_ref(one)) is not None]
        hashes = {ref: known.content_hash for ref, known in work.findings.by_source_ref(refs).items()}
        return [self._attempt(command, hashes, now) for command in commands]

    def _attempt(self, command: PostFinding, hashes: dict[SourceRef, str], now: datetime) -> Outcome:
        if refusal := _refusal(command, now):
            return Outcome(refusal=refusal)
        ref, content_hash = _source_ref(command), _hash(command.facts)
        if ref is None or ref not in hashes:
            if ref is not None:
                hashes[ref] = content_hash
            return Outcome(new=True)
        if hashes[ref] != content_hash:
            return Outcome(refusal=SourceRefConflictError(ref[1], ""))
        return Outcome()

    def _reserve(
        self, work: Work, good: Sequence[PostFinding], known: dict[SourceRef, Finding], now: datetime
    ) -> None:
        """One block of numbers for all that are new. A source_ref that stands twice among them needs one."""
        refs = set(known)
        needed: Counter[str] = Counter()
        for command in good:
            ref = _source_ref(command)
            if ref is None or ref not in refs:
                needed[county_of(command.facts.area)] += 1
            if ref is not None:
                refs.add(ref)
        for county, count in needed.items():
            work.numbers.reserve(county, day_of(now).year, count)

    def _settle(
        self, work: Work, command: PostFinding, known: dict[SourceRef, Finding], now: datetime
    ) -> Outcome:
        ref, content_hash = _source_ref(command), _hash(command.facts)
        first = known.get(ref) if ref else None
        if ref and first:
            if first.content_hash != content_hash:
                return Outcome(refusal=SourceRefConflictError(ref[1], first.id))
            return Outcome(first)
        finding = self._new(work, command, content_hash, now)
        work.findings.add(finding)
        if ref:
            known[ref] = finding
        return Outcome(finding, new=True)

    def _new(self, work: Work, command: PostFinding, content_hash: str, now: datetime) -> Finding:
        facts, county, year = command.facts, county_of(command.facts.area), day_of(now).year
        due = self._rules.due(
            severity=facts.severity,
            category=facts.category,
            immediate=facts.immediate,
            deadline=facts.deadline,
            posted_at=now,
        )
        return Finding.post(
            id=self._new_id(),
            number=self._numbering.number(county, year, work.numbers.next(county, year)),
            facts=facts,
            due=due,
            made=Stamp(actor(command.by), now),
            content_hash=content_hash,
        )


def require_evidence(attachments: Sequence[str]) -> None:
    """Refuse evidence that was never uploaded: none can be, until evidence itself is taken."""
    if attachments:
        raise InvalidError({f"attachments.{at}": ["no such attachment"] for at in range(len(attachments))})


def _refusal(command: PostFinding, now: datetime) -> FindingsError | None:
    try:
        require_evidence(command.attachments)
        if faults := command.facts.faults(now):
            raise InvalidError(faults)
        scope.require_post(command.by, command.facts)
    except FindingsError as refusal:
        return refusal
    return None


def _source_ref(command: PostFinding) -> SourceRef | None:
    ref = command.facts.source_ref
    return (command.facts.team, ref) if ref is not None else None


def _hash(facts: Facts) -> str:
    """Tells the same content from other content, whatever was left to its default."""
    content = json.dumps(facts.content(), sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Place):
        return {"name": value.name, "kind": value.kind}
    assert isinstance(value, date), "all else in Facts is JSON by itself"
    return value.isoformat()
