"""Similar findings, suggested and never acted upon."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.findings.application import scope
from services.findings.application.answers import Answer
from services.findings.domain.facts import Facts
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Alike, Compared, LikenessRules, blocking_key, likeness
from services.findings.domain.moves import Status
from shared.contracts.claims import Claims

Near = Mapping[str, Sequence[Compared]]


class NeighbourStore(Protocol):
    """Where findings to compare with are read from."""

    def neighbours(self, keys: Collection[str], since: datetime, until: datetime, limit: int) -> Near:
        """By blocking key: those posted in the period, newest first, at most `limit` for each."""
        ...


@dataclass(frozen=True, slots=True)
class SimilarFindings:
    """Finds what may be the same as a finding, among what the caller may read."""

    store: NeighbourStore
    rules: LikenessRules
    alike: Alike
    area_name: Callable[[str], str]

    def near(self, postings: Sequence[Facts], at: datetime) -> Near:
        """What these are to be compared with when they are posted at that time, by blocking key."""
        keys, period = {blocking_key(facts) for facts in postings}, self.rules.period
        return self.store.neighbours(keys, at - period, at + period, self.rules.most + 1) if keys else {}

    def of(self, finding: Finding, to: Claims, near: Sequence[Compared] | None = None) -> Answer:
        """The fields `similar` (ids, most alike first) and `similar_because` (score and reasons of each); `near` where
        its neighbours have been read."""
        one = Compared.from_facts(finding.id, finding.facts, finding.status)
        if near is None:
            near = self.near([finding.facts], finding.posted.at).get(blocking_key(finding.facts), ())
        found: list[Answer] = []
        for other in near:
            if other.id == finding.id or not _comparable(other, to):
                continue
            alike = likeness(one, other, self.rules, self.alike, self.area_name)
            if alike.score >= self.rules.suggest_from:
                found.append({"id": other.id, "score": alike.score, "reasons": list(alike.reasons)})
        found.sort(key=lambda like: like["score"], reverse=True)
        shown = found[: self.rules.shown]
        return {"similar": [like["id"] for like in shown], "similar_because": shown}


def _comparable(other: Compared, to: Claims) -> bool:
    return other.status is not Status.WITHDRAWN and scope.may_read(to, other)
