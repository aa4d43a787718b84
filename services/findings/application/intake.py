"""Posting: one finding or a chunk of a batch goes the same way, in the order of the contract's refusals."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.findings.application import scope
from services.findings.application.answers import actor
from services.findings.application.campaigns import unknown_campaign
from services.findings.application.commands import PostFinding
from services.findings.application.evidence import content_hashes, faults_of, take, taken_elsewhere
from services.findings.application.ports import NewId, SourceRef, Work
from services.findings.domain.attachment import Attachment
from services.findings.domain.calendar import day_of
from services.findings.domain.campaign import Campaign
from services.findings.domain.deadlines import DeadlineRules, Due
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
        evidence, known, refusals = _judged(work, commands, now)
        good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
        self._reserve(work, good, known, now)
        return [
            Outcome(refusal=refusal) if refusal else self._settle(work, command, evidence, known, now)
            for command, refusal in zip(commands, refusals, strict=True)
        ]

    def attempt(self, work: Work, commands: Sequence[PostFinding], now: datetime) -> list[Outcome]:
        """What `post` would make of them: nothing is kept and no number taken; what would be new has no finding."""
        evidence, known, refusals = _judged(work, commands, now)
        hashes = {ref: finding.content_hash for ref, finding in known.items()}
        return [
            Outcome(refusal=refusal) if refusal else _attempted(command, evidence, hashes)
            for command, refusal in zip(commands, refusals, strict=True)
        ]

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
        self,
        work: Work,
        command: PostFinding,
        evidence: Mapping[str, Attachment],
        known: dict[SourceRef, Finding],
        now: datetime,
    ) -> Outcome:
        ref = _source_ref(command)
        content_hash = _hash(command.facts, content_hashes(command.attachments, evidence))
        first = known.get(ref) if ref else None
        if ref and first:
            if first.content_hash != content_hash:
                return Outcome(refusal=SourceRefConflictError(ref[1], first.id))
            return Outcome(first)
        finding = self._new(work, command, content_hash, now)
        take(work, command.attachments, command.by, finding)
        work.findings.add(finding)
        if ref:
            known[ref] = finding
        return Outcome(finding, new=True)

    def _new(self, work: Work, command: PostFinding, content_hash: str, now: datetime) -> Finding:
        facts, county, year = command.facts, county_of(command.facts.area), day_of(now).year
        return Finding.post(
            id=self._new_id(),
            number=self._numbering.number(county, year, work.numbers.next(county, year)),
            facts=facts,
            due=self.due(facts, now),
            made=Stamp(actor(command.by), now),
            content_hash=content_hash,
            dispute_until=self._rules.dispute_until(now),
            recurrence_of=command.recurrence_of,
        )

    def due(self, facts: Facts, at: datetime) -> Due:
        """When such a finding is due if its time begins at `at`."""
        return self._rules.due(
            severity=facts.severity,
            category=facts.category,
            immediate=facts.immediate,
            deadline=facts.deadline,
            posted_at=at,
        )

    @property
    def known_to(self) -> date | None:
        """The last day whose holidays are announced."""
        return self._rules.known_to


def _judged(
    work: Work, commands: Sequence[PostFinding], now: datetime
) -> tuple[Mapping[str, Attachment], dict[SourceRef, Finding], list[FindingsError | None]]:
    """The evidence that postings name, the findings whose source_ref they repeat, and why each is refused."""
    evidence = work.attachments.get_many([one for command in commands for one in command.attachments])
    campaigns = work.campaigns.by_codes({code for one in commands if (code := one.facts.campaign)})
    refusals = [_refusal(command, evidence, campaigns, now) for command in commands]
    good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
    known = work.findings.by_source_ref([ref for one in good if (ref := _source_ref(one)) is not None])
    claims = _Claimed(evidence, known)
    judged = [refusal or claims.refusal(command) for command, refusal in zip(commands, refusals, strict=True)]
    return evidence, known, judged


def _attempted(
    command: PostFinding, evidence: Mapping[str, Attachment], hashes: dict[SourceRef, str]
) -> Outcome:
    ref = _source_ref(command)
    content_hash = _hash(command.facts, content_hashes(command.attachments, evidence))
    if ref is None or ref not in hashes:
        if ref is not None:
            hashes[ref] = content_hash
        return Outcome(new=True)
    if hashes[ref] != content_hash:
        return Outcome(refusal=SourceRefConflictError(ref[1], ""))
    return Outcome()


class _Claimed:
    """Which finding of a chunk each upload goes to: the first that names it, and repeats of that one."""

    def __init__(self, evidence: Mapping[str, Attachment], known: Mapping[SourceRef, Finding]) -> None:
        self._evidence = evidence
        self._known = known
        self._claimed: dict[str, SourceRef | int] = {}

    def refusal(self, command: PostFinding) -> FindingsError | None:
        """Why the posting cannot have the evidence it names, None when it can."""
        ref = _source_ref(command)
        first = self._known.get(ref) if ref else None
        faults = taken_elsewhere(command.attachments, self._evidence, first.id if first else None)
        for at, one in enumerate(command.attachments):
            if self._claimed.setdefault(one, ref or id(command)) != (ref or id(command)):
                faults[f"attachments.{at}"] = ["stands in another line too; an upload belongs to one finding"]
        return InvalidError(faults) if faults else None


def _refusal(
    command: PostFinding,
    evidence: Mapping[str, Attachment],
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> FindingsError | None:
    try:
        faults = faults_of(command.attachments, command.by, evidence) | command.facts.faults(now)
        if faults := faults | unknown_campaign(command.facts.campaign, campaigns):
            raise InvalidError(faults)
        scope.require_post(command.by, command.facts, own_check=command.own_check)
    except FindingsError as refusal:
        return refusal
    return None


def _source_ref(command: PostFinding) -> SourceRef | None:
    ref = command.facts.source_ref
    return (command.facts.team, ref) if ref is not None else None


def _hash(facts: Facts, evidence: Sequence[str]) -> str:
    """Tells the same content from other content, whatever was left to its default; of evidence the bytes count."""
    told = facts.content() | ({"attachments": list(evidence)} if evidence else {})
    content = json.dumps(told, sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Place):
        return {"name": value.name, "kind": value.kind}
    assert isinstance(value, date), "all else in Facts is JSON by itself"
    return value.isoformat()
