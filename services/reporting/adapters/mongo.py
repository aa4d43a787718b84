"""The unit of work over documents: the archive, facts with their counters, and bulletins of one transaction.

The same classes work over a MongoDB transaction and over its in-memory twin (shared.persistence).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from services.reporting.adapters import documents, rollups, searching
from services.reporting.adapters.bulletin_repository import BULLETIN_INDEXES, BulletinRepository
from services.reporting.adapters.measures import MEASURE_INDEXES, MEASURES, MeasureRepository
from services.reporting.adapters.projection import ProjectionLog
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.domain.case import KnownCase
from services.reporting.domain.counters import counters, differences
from services.reporting.domain.fact import Fact
from services.reporting.domain.rollups import Share, share_of
from services.reporting.domain.view import view
from shared.contracts.envelope import Event
from shared.contracts.reporting import PRODUCER
from shared.messaging import outbox
from shared.persistence.client import Client
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import new_id
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

T = TypeVar("T")
BALANCES, CASES = "balances", "cases"
PROJECTED = (FACTS, searching.POSTINGS, CASES, BALANCES, MEASURES, rollups.ROLLUPS, rollups.NEWS)
"""What follows from the archive alone."""

INDEXES = (
    Index(ARCHIVE, [("findings", 1), ("time", 1)]),
    # What a case says now may be about other findings than it was.
    Index(ARCHIVE, [("subject", 1), ("sequence", 1)], partial={"source": "accountability"}),
    # What was told since.
    Index(ARCHIVE, [("time", 1)]),
    *searching.INDEXES,
    *MEASURE_INDEXES,
    *BULLETIN_INDEXES,
)


class EventArchive:
    """Every event that was ever told, once."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def add(self, event: Event) -> None:
        self._tx.insert(ARCHIVE, documents.of_event(event))

    def has(self, event: Event) -> bool:
        return self._tx.get(ARCHIVE, event.id) is not None


class FactRepository:
    """Facts of one transaction. Those that were asked for are kept at its end, each once, with their counters.

    `suffix` is that of the collections they are kept in.
    """

    def __init__(self, transaction: Transaction, log: ProjectionLog | None = None, suffix: str = "") -> None:
        self._tx = transaction
        self._log = log
        self._suffix = suffix
        self._in, self._counted_in = FACTS + suffix, BALANCES + suffix
        self._facts: dict[str, Fact] = {}
        self._before: dict[str, documents.Document | None] = {}

    def get(self, finding: str) -> Fact:
        """What is known of a finding; nothing yet of one that nobody has spoken of."""
        fact = self._facts.get(finding)
        if fact is None:
            document = self._tx.get(self._in, finding)
            fact = Fact(finding) if document is None else documents.to_fact(document)
            self._enter(fact, document)
        return fact

    def put(self, fact: Fact) -> None:
        """The fact as it is from now on, whatever was known of the finding."""
        self._enter(fact, self._tx.get(self._in, fact.id))

    def _enter(self, fact: Fact, before: documents.Document | None) -> None:
        if not self._facts:
            self._tx.before_commit(self._keep)
        self._facts[fact.id] = fact
        self._before[fact.id] = before

    def prefetch(self, findings: Iterable[str]) -> None:
        """In one round trip."""
        self._tx.get_many(self._in, findings)

    def _keep(self) -> None:
        changes: dict[str, Counter[str]] = {}
        shares: list[tuple[int, Share]] = []
        for finding, fact in self._facts.items():
            seen = view(fact)
            counted = counters(fact, seen)
            before = self._before[finding]
            document = documents.of_fact(fact, seen, counted)
            if document == before:
                continue
            self._tx.replace(self._in, document)
            for area, change in differences(documents.counted_of(before), counted).items():
                # Not `+=`: that would drop what falls to zero or below.
                changes.setdefault(area, Counter()).update(change)
            shares += _moved(documents.share_of(before), share_of(fact, seen))
        self._count(changes)
        if self._log is not None:
            self._log.findings(self._before, shares)
        elif shares:
            rollups.tell(self._tx, new_id(), shares, self._suffix)

    def _count(self, changes: dict[str, Counter[str]]) -> None:
        known = self._tx.get_many(self._counted_in, changes)
        for area, change in changes.items():
            counts = Counter(dict(known[area]["counts"])) if area in known else Counter()
            counts.update(change)
            kept = [[name, count] for name, count in sorted(counts.items()) if count]
            self._tx.replace(self._counted_in, {"_id": area, "counts": kept})


def _moved(before: Share | None, after: Share | None) -> list[tuple[int, Share]]:
    if before == after:
        return []
    return [(times, share) for times, share in ((-1, before), (1, after)) if share is not None]


class CaseRepository:
    """Cases as they are known by their newest event."""

    def __init__(self, transaction: Transaction, log: ProjectionLog | None = None, suffix: str = "") -> None:
        self._tx = transaction
        self._log = log
        self._in = CASES + suffix

    def get(self, case: str) -> KnownCase:
        document = self._tx.get(self._in, case)
        return KnownCase(case) if document is None else documents.to_case(document)

    def save(self, case: KnownCase) -> None:
        self._tx.replace(self._in, documents.of_case(case))
        if self._log is not None:
            self._log.case(case.id)

    def prefetch(self, cases: Iterable[str]) -> None:
        """In one round trip."""
        wanted = list(cases)
        if wanted:
            self._tx.get_many(self._in, wanted)


class ReportingWork:
    """The unit of work of this service."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self.archive = EventArchive(transaction)
        log = ProjectionLog(transaction, FACTS)
        self.facts = FactRepository(transaction, log)
        self.cases = CaseRepository(transaction, log)
        self.measures = MeasureRepository(transaction, log)
        self.bulletins = BulletinRepository(transaction)

    def tell(self, type: str, bulletin: str, sequence: int, data: dict[str, Any], now: datetime) -> None:
        """Into the outbox of this transaction."""
        outbox.publish(
            self._tx, source=PRODUCER, type=type, subject=bulletin, sequence=sequence, data=data, now=now
        )


class OneAtATimeDatabase(MongoDatabase):
    """One transaction at a time in this process.

    What findings, accountability and notifications say at the same time is about the same facts and areas: side by
    side their batches would make each other begin anew, more than twice each (measured), and end later.
    """

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(client, name, searching.DERIVATION)
        self._turn = threading.Lock()

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        """As a MongoDatabase does, once it is its turn; `timeout` bounds the waiting, too."""
        if not self._turn.acquire(timeout=timeout):
            raise UnavailableError("the transactions before this one take too long")
        try:
            return super().transact(work, timeout)
        finally:
            self._turn.release()
