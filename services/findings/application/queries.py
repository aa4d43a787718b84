"""Reads for screens and lists. Findings are read whole: overdue and open moves are theirs to tell, at each read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from services.findings.application import scope
from services.findings.application.answers import Answer, FindingAnswers
from services.findings.application.ports import Clock
from services.findings.application.similar import NeighbourStore, SimilarFindings
from services.findings.domain.errors import ForbiddenError, InvalidError, UnknownFindingError
from services.findings.domain.finding import Finding
from services.findings.domain.numbering import Number, NumberFormat, county_of
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves it open. `within` is a subtree; of `since` and `until` days, both
    included, `date` says which: found, posted or closed. `reach` is the subtree the caller may see: of the area
    alone, or (`by_unit`) also of the units."""

    reach: str
    by_unit: bool = False
    within: str | None = None
    status: str | None = None
    category: str | None = None
    severity: str | None = None
    team: str | None = None
    method: str | None = None
    overdue: bool | None = None
    responsible: str | None = None
    group: str | None = None
    campaign: str | None = None
    source_ref: str | None = None
    number: str | None = None
    unit: str | None = None
    due_before: datetime | None = None
    q: str | None = None
    since: date | None = None
    until: date | None = None
    date: Literal["found", "posted", "closed"] = "found"
    updated_since: datetime | None = None
    flagged: bool | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of an area are in a status; old ledgers that were taken over are counted apart."""

    area: str
    status: str
    historical: bool
    count: int


@dataclass(frozen=True, slots=True)
class Unused:
    """A number that no finding has; `settled` once no request can still be about to use it."""

    n: int
    settled: bool


Page = tuple[Sequence[Finding], str | None]


class FindingStore(NeighbourStore, Protocol):
    """Where findings are read from, outside of transactions."""

    def get(self, finding: str) -> Finding | None: ...

    def find(self, filters: Filters, now: datetime, limit: int, cursor: str | None) -> Page:
        """One page, newest first. It may be short and still have a next one: no more than so many are looked at."""
        ...

    def history(
        self, finding: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[Answer], str | None]: ...

    def counts(self) -> Sequence[Count]:
        """Of this moment: a remembered figure would let /reconciliation miss a fresh finding."""
        ...

    def overdue_by_level(self, now: datetime) -> Mapping[int, int]: ...

    def outbox_pending(self) -> int: ...

    def unused_numbers(
        self, county: str, year: int, now: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[Unused], str | None]: ...


class FindingQueries:
    """One method per question."""

    def __init__(
        self,
        store: FindingStore,
        answers: FindingAnswers,
        similar: SimilarFindings,
        numbering: NumberFormat,
        clock: Clock,
    ) -> None:
        self._store = store
        self._similar = similar
        self._answers = answers
        self._numbering = numbering
        self._clock = clock

    def finding(self, finding_id: str, by: Claims) -> Answer:
        """The single document, with what may be the same finding."""
        finding = self._readable(finding_id, by)
        return {**self._answers.document(finding, by, self._clock()), **self._similar.of(finding, by)}

    def findings(self, asked: Mapping[str, Any], by: Claims) -> tuple[list[Answer], str | None]:
        """One page of what the caller may read, newest first."""
        asked, now = dict(asked), self._clock()
        limit, cursor = asked.pop("limit"), asked.pop("cursor")
        found, after = self._store.find(_filters(asked, by), now, limit, cursor)
        return [self._answers.document(finding, by, now) for finding in found], after

    def open_findings(self, asked: Mapping[str, Any], by: Claims, most: int) -> list[Answer]:
        """What waits to be dealt with, of a team its own, newest first.

        Raises:
            InvalidError: there are more than fit into one sheet.
        """
        wanted = {**asked, "team": by.team} if by.role == "supervisor" else asked
        if asked["team"] not in (None, wanted["team"]):
            raise ForbiddenError("a team answers its own findings only")
        now = self._clock()
        filters, found, after = _filters({**wanted, "open_only": True}, by), list[Finding](), None
        while True:
            page, after = self._store.find(filters, now, most, after)
            found += page
            if len(found) > most:
                raise InvalidError(
                    {"area": [f"more than {most} findings: narrow them by area, status, category or days"]}
                )
            if after is None:
                return [self._answers.item(finding, by, now) for finding in found]

    def history(
        self, finding_id: str, by: Claims, limit: int, cursor: str | None
    ) -> tuple[Sequence[Answer], str | None]:
        """Who did what to it, when and why; newest first."""
        found, after = self._store.history(self._readable(finding_id, by).id, limit, cursor)
        return [row for row in found if scope.may_know(by, row["move"])], after

    def unused_numbers(
        self, year: int, by: Claims, limit: int, cursor: str | None
    ) -> tuple[list[Answer], str | None]:
        """Numbers of the caller's county that were taken and not used, in order."""
        county = county_of(by.area)
        found, after = self._store.unused_numbers(county, year, self._clock(), limit, cursor)
        return [_gap(self._numbering.number(county, year, one.n), one.settled) for one in found], after

    def counts(self, by: Claims) -> Answer:
        """The figures that the ledger is reconciled with."""
        seen = [one for one in self._store.counts() if by.covers(one.area)]
        return {
            "outbox_pending": self._store.outbox_pending(),
            "findings": [_figure(one) for one in seen if not one.historical],
            "historical": [_figure(one) for one in seen if one.historical],
        }

    def _readable(self, finding_id: str, by: Claims) -> Finding:
        finding = self._store.get(finding_id)
        if finding is None:
            raise UnknownFindingError
        scope.require_read(by, finding)
        return finding


def _filters(asked: Mapping[str, Any], by: Claims) -> Filters:
    """What is asked for, within what the caller may read."""
    others = dict(asked)
    area = others.pop("area")
    if others.get("flagged") is not None and by.role not in scope.KNOWS_FLAGS:
        raise ForbiddenError("flags are for those who look again")
    return Filters(within=_within(area, by), reach=by.area, by_unit=by.role == "unit", **others)


def _within(area: str | None, by: Claims) -> str | None:
    """The subtree asked for. One that lies outside of the caller's is refused, save to units, who also have
    findings elsewhere."""
    if area is None or by.role == "unit" or by.covers(area) or by.area.startswith(area):
        return area
    raise ForbiddenError("the area lies outside of yours")


def _figure(count: Count) -> Answer:
    return {"area": count.area, "status": count.status, "count": count.count}


def _gap(number: Number, settled: bool) -> Answer:
    return {
        "county": number.county,
        "year": number.year,
        "n": number.n,
        "number": number.text,
        "settled": settled,
    }
