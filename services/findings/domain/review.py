"""Flags for a second look 复核提示: signs that a finding may have been closed on paper only.

Each is a plain comparison that anybody can repeat, says what was compared, and accuses no one: a flag raises the
weight with which a finding is drawn for a revisit, and nothing else follows from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from services.findings.domain.attachment import Attachment
from services.findings.domain.calendar import SHANGHAI, day_of

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

ORDINARY_WEIGHT = 1
"""Of a finding without flags."""


class FlagKind(StrEnum):
    SAME_PHOTO = "same_photo"
    SIMILAR_REPORT = "similar_report"
    PHOTO_BEFORE_FINDING = "photo_before_finding"
    COMPLETED_BEFORE_FINDING = "completed_before_finding"
    BACK_SOON = "back_soon"


@dataclass(frozen=True, slots=True)
class ReviewFlag:
    """`because` is a sentence for people; `findings` are the ids of those it was compared with, if any."""

    kind: FlagKind
    because: str
    weight: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """As much of a finding that was reported as a comparison of its text needs."""

    id: str
    number: str
    measures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """`because` is the sentence, with the facts in braces; `weight` is added to the finding's own."""

    weight: int
    because: str

    def flag(self, kind: FlagKind, findings: Iterable[str] = (), **facts: object) -> ReviewFlag:
        return ReviewFlag(kind, self.because.format(**facts), self.weight, tuple(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarReportRule(FlagRule):
    """Reports of the same unit, `most` of the newest of the last `days`: alike from `score` (0 to 100) on.

    Texts shorter than `shortest` characters say too little to be compared.
    """

    score: float
    shortest: int
    days: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoBeforeRule(FlagRule):
    """A clock may be wrong by `minutes`."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackSoonRule(FlagRule):
    """The same place and category again within `days` of the close-out."""

    days: int


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The county's rules, one of each kind."""

    same_photo: FlagRule
    similar_report: SimilarReportRule
    photo_before_finding: PhotoBeforeRule
    completed_before_finding: FlagRule
    back_soon: BackSoonRule

    def same_photo_flags(self, others: Sequence["Finding"]) -> list[ReviewFlag]:
        """`others` have a photo with the same bytes."""
        if not others:
            return []
        numbers = "、".join(one.number.text for one in others)
        return [self.same_photo.flag(FlagKind.SAME_PHOTO, [one.id for one in others], numbers=numbers)]

    def similar_report_flags(self, alike: Sequence[tuple[Reported, float]]) -> list[ReviewFlag]:
        """`alike` with how much, 0 to 100; the one most alike is told."""
        rule = self.similar_report
        over = [(one, score) for one, score in alike if score >= rule.score]
        if not over:
            return []
        first, score = max(over, key=lambda pair: (pair[1], pair[0].id))
        facts = {"number": first.number, "score": int(score)}
        return [rule.flag(FlagKind.SIMILAR_REPORT, [one.id for one, _ in over], **facts)]

    def photo_time_flags(self, finding: "Finding", photos: Sequence[Attachment]) -> list[ReviewFlag]:
        """The earliest photo of the report was taken before anything was found."""
        rule, found_at = self.photo_before_finding, finding.facts.found_at
        taken = [one.taken_at for one in photos if one.taken_at is not None]
        if not taken or min(taken) >= found_at - timedelta(minutes=rule.minutes):
            return []
        facts = {"taken_at": _clock(min(taken)), "found_at": _clock(found_at)}
        return [rule.flag(FlagKind.PHOTO_BEFORE_FINDING, **facts)]

    def completion_flags(self, finding: "Finding") -> list[ReviewFlag]:
        """Mended or closed on a day before it was found: only old ledgers can say so, all else is refused."""
        told = [finding.latest_report.completed_on] if finding.latest_report else []
        told += [day_of(finding.closed_at)] if finding.closed_at else []
        found_on = day_of(finding.facts.found_at)
        if not told or min(told) >= found_on:
            return []
        facts = {"completed_on": min(told).isoformat(), "found_on": found_on.isoformat()}
        return [self.completed_before_finding.flag(FlagKind.COMPLETED_BEFORE_FINDING, **facts)]

    def back_soon_flags(self, finding: "Finding", earlier: Sequence["Finding"]) -> list[ReviewFlag]:
        """`earlier` were closed at the same place, or it is known that they have come back as this one."""
        found_at = finding.facts.found_at
        since = found_at - timedelta(days=self.back_soon.days)
        closed = [
            (one.closed_at, one)
            for one in earlier
            if one.closed_at is not None and since <= one.closed_at <= found_at
        ]
        if not closed:
            return []
        closed_at, last = max(closed, key=lambda pair: (pair[0], pair[1].id))
        facts = {"number": last.number.text, "days": (day_of(found_at) - day_of(closed_at)).days}
        return [self.back_soon.flag(FlagKind.BACK_SOON, [one.id for _, one in closed], **facts)]


def _clock(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
