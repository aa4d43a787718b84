"""Assessing a report: which signs there are that the finding was mended on paper only (domain/review.py)."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from services.findings.application.ports import Work
from services.findings.domain.attachment import Attachment
from services.findings.domain.finding import Finding
from services.findings.domain.review import Reported, ReviewRules

Likeness = Callable[[str, str], float]
"""How alike two normalised texts are, 0 to 100."""
_SAME_PHOTOS_TOLD = 10


class Reviewer:
    """Compares a finding with those it might have been copied from. Bounded: a fixed number of findings is read."""

    def __init__(self, rules: ReviewRules, likeness: Likeness) -> None:
        self._rules = rules
        self._likeness = likeness

    def expect(self, work: Work, findings: Sequence[Finding], at: datetime) -> None:
        """Have at hand what reports on all of these are compared with, for several of them in a row."""
        if not findings:
            return
        rule, earliest = self._rules.similar_report, min(one.facts.found_at for one in findings)
        closed_since = earliest - timedelta(days=self._rules.back_soon.days)
        work.comparisons.expect(findings, at - timedelta(days=rule.days), closed_since, rule.most)
        work.findings.get_many([one.recurrence_of for one in findings if one.recurrence_of])

    def assess(self, work: Work, finding: Finding, photos: Sequence[Attachment], at: datetime) -> None:
        """Flag a finding that was reported `at` a moment with these photos: just now, or in an old ledger."""
        rules = self._rules
        finding.flag(
            [
                *rules.same_photo_flags(self._with_same_photo(work, finding, photos)),
                *rules.similar_report_flags(self._alike(work, finding, at)),
                *rules.photo_time_flags(finding, photos),
                *rules.completion_flags(finding),
                *rules.back_soon_flags(finding, self._earlier(work, finding)),
            ]
        )

    def _with_same_photo(
        self, work: Work, finding: Finding, photos: Sequence[Attachment]
    ) -> Sequence[Finding]:
        hashes = [one.original.sha256 for one in photos]
        others = work.attachments.findings_with(hashes, finding.id, _SAME_PHOTOS_TOLD) if hashes else []
        return list(work.findings.get_many(others).values())

    def _alike(self, work: Work, finding: Finding, at: datetime) -> Sequence[tuple[Reported, float]]:
        rule, report = self._rules.similar_report, finding.latest_report
        mine = normalised(report.measures) if report else ""
        if len(mine) < rule.shortest:
            return []
        since = at - timedelta(days=rule.days)
        others = work.comparisons.reported(finding.facts.units[0], since, at, rule.most)
        return [
            (other, self._likeness(mine, normalised(other.measures)))
            for other in others
            if other.id != finding.id
        ]

    def _earlier(self, work: Work, finding: Finding) -> Sequence[Finding]:
        """Closed before at the same place in the same category, or the one that this is the recurrence of."""
        since = finding.facts.found_at - timedelta(days=self._rules.back_soon.days)
        facts = finding.facts
        known = [work.findings.get(finding.recurrence_of)] if finding.recurrence_of else []
        found = work.comparisons.closed_at_place(facts.area, facts.place.name, facts.category, since)
        return list({one.id: one for one in [*known, *found] if one is not None}.values())


@lru_cache(maxsize=2_000)
def normalised(text: str) -> str:
    """The words alone: forms of width, case, spaces and punctuation make no difference.

    Remembered: the reports of one sheet are compared with the same ones again and again.
    """
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
