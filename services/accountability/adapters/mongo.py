"""The unit of work: the service's documents in one transaction, and the registers kept in memory between changes.

It stands on the transaction's own protocol, so the in-memory database of the unit tests runs the same code.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.case_repositories import Cases, Tallies
from services.accountability.adapters.execution_repositories import Appeals, Talks
from services.accountability.adapters.repositories import (
    Assignments,
    InformantRequests,
    Measures,
    Repository,
    StatutoryClocks,
    UnassignedEntries,
    Warnings,
)
from services.accountability.application.clocks import Clocks
from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.informant import Informant
from services.accountability.domain.registers import Cadre, Duty, Registers
from services.accountability.domain.submission import Submission
from shared.messaging import outbox
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Transaction

_ONLY = "registers"


class RegistersCache:
    """The registers at the newest version this process has seen. They change rarely and are asked all the time."""

    def __init__(self) -> None:
        self._current: Registers | None = None

    def at(self, version: int, read: Callable[[int], Registers]) -> Registers:
        """Those of this version; read when the ones in memory are of another."""
        current = self._current
        if current is None or current.version != version:
            # Never an older one over a newer: a long transaction may still see yesterday's.
            read_now = read(version)
            if current is None or current.version < version:
                self._current = read_now
            return read_now
        return current


class UnitOfWork:
    """One transaction. What was saved is written at its end, see `repositories`."""

    def __init__(self, transaction: Transaction, cache: RegistersCache, clocks: Clocks | None = None) -> None:
        """Without `clocks` nothing starts or stops one: for reading."""
        self._transaction = transaction
        self._clocks = clocks
        self._cache = cache
        self._registers: Registers | None = None
        self._registers_changed = False
        self.cadres: Repository[Cadre] = Repository(
            transaction, indexes.CADRES, documents.of_cadre, documents.to_cadre
        )
        self.duties: Repository[Duty] = Repository(
            transaction, indexes.DUTIES, documents.of_duty, documents.to_duty
        )
        self.assignments = Assignments(
            transaction, indexes.ASSIGNMENTS, documents.of_assignment, documents.to_assignment
        )
        self.unassigned = UnassignedEntries(
            transaction, indexes.UNASSIGNED, documents.of_unassigned, documents.to_unassigned
        )
        self.warnings = Warnings(transaction, indexes.WARNINGS, documents.of_warning, documents.to_warning)
        self.tallies = Tallies(transaction)
        self.cases = Cases(transaction)
        self.measures = Measures(transaction, indexes.MEASURES, documents.of_measure, documents.to_measure)
        self.informants: Repository[Informant] = Repository(
            transaction, indexes.INFORMANTS, documents.of_informant, documents.to_informant
        )
        self.informant_requests = InformantRequests(
            transaction,
            indexes.INFORMANT_REQUESTS,
            documents.of_informant_request,
            documents.to_informant_request,
        )
        self.talks = Talks(transaction, indexes.TALKS, documents.of_talk, documents.to_talk)
        self.submissions: Repository[Submission] = Repository(
            transaction, indexes.SUBMISSIONS, documents.of_submission, documents.to_submission
        )
        self.appeals = Appeals(transaction, indexes.APPEALS, documents.of_appeal, documents.to_appeal)
        self.clocks = StatutoryClocks(transaction, indexes.CLOCKS, documents.of_clock, documents.to_clock)
        if clocks is not None:
            self.cases.heard = self.measures.heard = self.talks.heard = self.appeals.heard = self._heard
        transaction.before_commit(self._write)

    def registers(self) -> Registers:
        """Every duty and cadre as this transaction sees them."""
        if self._registers is None:
            version = self._version()
            # What this transaction itself changed must not reach others before it is committed.
            self._registers = (
                self._read(version) if self._registers_changed else self._cache.at(version, self._read)
            )
        return self._registers

    def registers_changed(self) -> None:
        """Count the version of the registers up."""
        version = self._version() + 1
        self._transaction.replace(indexes.REGISTERS, {"_id": _ONLY, "version": version})
        self._registers, self._registers_changed = None, True

    def record(self, action: str, subject: str) -> None:
        """A line of the audit trail."""
        outbox.record(self._transaction, action=action, subject=subject, now=utc_now())

    def _heard(self, aggregate: Aggregate, event: str, data: Mapping[str, Any], at: datetime) -> None:
        assert self._clocks is not None, "only then is anything heard"
        self._clocks.heard(self, event, data, at, first=aggregate.published == 1)

    def _version(self) -> int:
        row = self._transaction.get(indexes.REGISTERS, _ONLY)
        return int(row["version"]) if row else 0

    def _read(self, version: int) -> Registers:
        self.cadres.write()
        self.duties.write()
        people = [documents.to_person(row) for row in self._transaction.find(indexes.CADRES, {})]
        duties = [(row["_id"], documents.to_terms(row)) for row in self._transaction.find(indexes.DUTIES, {})]
        return Registers(version, {person.id: person for person in people}, duties)

    def _write(self) -> None:
        if self._clocks is not None:
            self.clocks.load_cases(self.cases.changed)
        self.cases.write()
        for kept in (
            self.cadres,
            self.duties,
            self.assignments,
            self.unassigned,
            self.warnings,
            self.tallies,
            self.measures,
            self.informants,
            self.informant_requests,
            self.talks,
            self.submissions,
            self.appeals,
            # Last: saving the others starts and stops them.
            self.clocks,
        ):
            kept.write()
