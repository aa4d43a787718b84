"""The unit of work over documents: findings, their history and cases of one transaction.

The same classes work over a MongoDB transaction and over its in-memory twin (shared.persistence).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from services.findings.adapters.answered_lines import AnsweredLines
from services.findings.adapters.attachments import DocumentAttachmentRepository
from services.findings.adapters.campaigns import CampaignRepository
from services.findings.adapters.collections import CASES, FINDINGS, HISTORY, RESPONSIBLE
from services.findings.adapters.comparisons import Comparisons
from services.findings.adapters.documents import Document, history_row, to_finding
from services.findings.adapters.kept import kept
from services.findings.adapters.self_checks import SelfCheckRepository
from services.findings.adapters.visits import VisitRepository
from services.findings.application.commands import FollowCase
from services.findings.application.numbers import ReservedNumbers
from services.findings.application.outgoing import CONTRACTS, clock_subject, state
from services.findings.application.ports import NumberSeries, SourceRef
from services.findings.domain.desks import Desks
from services.findings.domain.events import Closed, FindingEvent
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Compared
from services.findings.domain.moves import OPEN
from shared.contracts import findings as contracts
from shared.contracts.areas import Areas
from shared.messaging import outbox
from shared.persistence.transaction import Transaction

T = TypeVar("T")
POSTED, MENDED = "posted", "mended"
"""Under these names the memo of a transaction keeps what was posted and mended in it (counting.py)."""


class FindingRepository:
    """Findings of one transaction; saving one writes its history and tells the world of it."""

    def __init__(self, transaction: Transaction, areas: Areas, desks: Desks) -> None:
        self._tx = transaction
        self._areas = areas
        self._desks = desks
        self._by_ref: dict[SourceRef, str | None] = {}

    def get(self, finding: str) -> Finding | None:
        document = self._tx.get(FINDINGS, finding)
        return None if document is None else to_finding(document)

    def get_many(self, findings: Iterable[str]) -> Mapping[str, Finding]:
        found = self._tx.get_many(FINDINGS, findings)
        return {key: to_finding(document) for key, document in found.items()}

    def by_source_ref(self, refs: Sequence[SourceRef]) -> dict[SourceRef, Finding]:
        """Those of `refs` that are taken, with their findings: one question for each team, and none twice."""
        by_team: dict[str, list[str]] = {}
        for team, ref in refs:
            if (team, ref) not in self._by_ref:
                by_team.setdefault(team, []).append(ref)
        for team, wanted in by_team.items():
            self._by_ref |= dict.fromkeys((team, ref) for ref in wanted)
            for doc in self._tx.find(FINDINGS, {"source_team": team, "source_ref": {"$in": wanted}}):
                self._by_ref[team, doc["source_ref"]] = doc["_id"]
        ids = {ref: id for ref in refs if (id := self._by_ref[ref]) is not None}
        # What was added here and then taken back is not there any more.
        found = self.get_many(ids.values()) if ids else {}
        return {ref: found[id] for ref, id in ids.items() if id in found}

    def by_number(self, numbers: Sequence[str]) -> dict[str, str]:
        """The ids of those that have these numbers."""
        found = self._tx.find(FINDINGS, {"number": {"$in": list(numbers)}}) if numbers else []
        return {document["number"]: document["_id"] for document in found}

    def open_of_team(self, team: str, area: str, after: str, limit: int) -> list[Finding]:
        """The next ones after the id `after`, by id."""
        where = {
            "team": team,
            "area": {"$gte": area, "$lt": area + ":"},  # ":" comes after every digit
            "status": {"$in": sorted(OPEN)},
            "_id": {"$gt": after},
        }
        return [to_finding(document) for document in self._tx.find(FINDINGS, where, [("_id", 1)], limit)]

    def provisional(self, last: date, limit: int) -> list[Finding]:
        """Open ones with a provisional deadline on or before `last`."""
        where = {
            "clock.provisional": True,
            "clock.base_on": {"$lte": last.isoformat()},
            "status": {"$in": sorted(OPEN)},
        }
        return [to_finding(document) for document in self._tx.find(FINDINGS, where, limit=limit)]

    def add(self, finding: Finding) -> None:
        facts = finding.facts
        self._tell(finding)
        document = kept(finding, self._desks)
        self._tx.insert(FINDINGS, document)
        if facts.source_ref is not None:
            self._by_ref[finding.source_team, facts.source_ref] = finding.id
        posted = self._tx.memo.setdefault(POSTED, [])
        posted.append((facts.category, facts.severity, facts.method))

    def save(self, finding: Finding) -> None:
        self._tell(finding)
        before, document = self._tx.get(FINDINGS, finding.id), kept(finding, self._desks)
        self._tx.replace(FINDINGS, document)
        if before is not None and _assigned(before, document):
            cadres = [one["cadre"] for one in document["responsible"]]
            row = {"_id": finding.id, "cadres": cadres, "at": finding.updated_at}
            self._tx.get(RESPONSIBLE, finding.id)
            self._tx.replace(RESPONSIBLE, row)

    def expect_assignment(self, findings: Iterable[str]) -> None:
        """Have at hand what assigning these will change, in one round trip."""
        self._tx.get_many(RESPONSIBLE, findings)

    def _tell(self, finding: Finding) -> None:
        version = finding.version - sum(event.changes for event in finding.pending)
        for event in finding.pending:
            contract = CONTRACTS.get(type(event))
            if event.changes:
                version += 1
                self._count(finding, event)
                self._tx.insert(HISTORY, history_row(finding, version, event, contract))
            if contract is None:
                continue
            if event.changes:
                finding.sequence += 1
                subject, sequence = finding.id, finding.sequence
            else:
                subject, sequence = clock_subject(finding.id), finding.told.clocks
            outbox.publish(
                self._tx,
                source=contracts.PRODUCER,
                type=contract,
                subject=subject,
                sequence=sequence,
                data=state(finding, event, self._areas),
                now=event.made.at,
            )
        finding.pending.clear()

    def _count(self, finding: Finding, event: FindingEvent) -> None:
        if isinstance(event, Closed) and finding.latest_report is not None:
            took = finding.latest_report.made.at - finding.posted.at
            self._tx.memo.setdefault(MENDED, []).append(took.total_seconds())


def _assigned(before: Document, after: Document) -> bool:
    """An assignment alone changes what is shown and leaves the version; a transfer takes the persons away."""
    shown = before["version"] == after["version"] and before["updated_at"] != after["updated_at"]
    return bool(shown or before["responsible"] != after["responsible"])


class CaseRepository:
    """Which findings are in which unfinished case."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, case: str) -> FollowCase:
        row = self._tx.get(CASES, case)
        if row is None:
            return FollowCase(case)
        return FollowCase(case, frozenset(row["findings"]), row.get("restricted", False))

    def load(self, cases: Iterable[str]) -> None:
        self._tx.get_many(CASES, cases)

    def save(self, told: FollowCase) -> None:
        document = {"_id": told.case, "findings": sorted(told.findings), "restricted": told.restricted}
        self._tx.replace(CASES, document)


class FindingsWork:
    """The unit of work of this service."""

    def __init__(self, transaction: Transaction, series: NumberSeries, areas: Areas, desks: Desks) -> None:
        self.findings = FindingRepository(transaction, areas, desks)
        self.cases = CaseRepository(transaction)
        self.attachments = DocumentAttachmentRepository(transaction)
        self.self_checks = SelfCheckRepository(transaction, areas, desks.clocks)
        self.campaigns = CampaignRepository(transaction)
        self.visits = VisitRepository(transaction)
        self.comparisons = Comparisons(transaction)
        self.answered_lines = AnsweredLines(transaction)
        self.numbers = ReservedNumbers(series, transaction.memo)
        self.neighbours: dict[str, Sequence[Compared]] = {}
