"""Makes facts and cases anew, of the archive, in collections beside those in use."""

from collections.abc import Collection, Iterator, Mapping

from services.reporting.adapters import documents
from services.reporting.adapters.archive import CASE, MEASURE, EventReader
from services.reporting.adapters.measures import MeasureRepository
from services.reporting.adapters.mongo import CaseRepository, FactRepository
from services.reporting.adapters.projection import NEXT, PROJECTION, STATE, begun
from services.reporting.adapters.rollups import fold
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.domain.case import KnownCase
from services.reporting.domain.fact import Fact, rebuild
from services.reporting.domain.measure import told_of_measure
from shared.persistence.database import MongoDatabase
from shared.persistence.transaction import Transaction

_PATIENCE = 60.0


class Replaying:
    """Each of its steps may be repeated."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._archive = database.collection(ARCHIVE)
        self._reader = EventReader(database)

    def known_findings(self) -> Iterator[str]:
        """That the archive speaks of."""
        stages: list[documents.Document] = [{"$unwind": "$findings"}, {"$group": {"_id": "$findings"}}]
        yield from (row["_id"] for row in self._archive.aggregate(stages, allowDiskUse=True))

    def known_cases(self) -> Iterator[str]:
        """That the archive speaks of."""
        yield from self._subjects(CASE)

    def known_measures(self) -> Iterator[str]:
        """That the archive speaks of; a measure need not name a finding."""
        yield from self._subjects(MEASURE)

    def _subjects(self, kind: str) -> Iterator[str]:
        of_kind = {"source": "accountability", "type": {"$regex": f"^{kind}"}}
        stages: list[documents.Document] = [{"$match": of_kind}, {"$group": {"_id": "$subject"}}]
        yield from (row["_id"] for row in self._archive.aggregate(stages, allowDiskUse=True))

    def facts(self, findings: Collection[str]) -> None:
        """Make these facts."""
        told = self._reader.told(list(findings))
        made = [rebuild(finding, told[finding]) for finding in findings]

        def work(transaction: Transaction) -> None:
            repository = FactRepository(transaction, suffix=NEXT)
            repository.prefetch(findings)
            for fact in made:
                # An empty fact says no more than none.
                if fact != Fact(fact.id):
                    repository.put(fact)

        self._database.transact(work, timeout=_PATIENCE)

    def cases(self, cases: Collection[str]) -> None:
        """Make these cases."""
        made: dict[str, KnownCase] = {case: KnownCase(case) for case in cases}
        rows = self._archive.find({"source": "accountability", "subject": {"$in": list(cases)}})
        for event in (documents.to_event(row) for row in rows if row["type"].startswith(CASE)):
            made[event.subject].take(event)

        def work(transaction: Transaction) -> None:
            repository = CaseRepository(transaction, suffix=NEXT)
            repository.prefetch(cases)
            for case in made.values():
                repository.save(case)

        if made:
            self._database.transact(work, timeout=_PATIENCE)

    def measures(self, measures: Collection[str]) -> None:
        """Make these measures."""
        about = {"source": "accountability", "subject": {"$in": list(measures)}}
        rows = (row for row in self._archive.find(about) if row["type"].startswith(MEASURE))
        told = [told_of_measure(documents.to_event(row)) for row in rows]

        def work(transaction: Transaction) -> None:
            repository = MeasureRepository(transaction, suffix=NEXT)
            for measure in told:
                repository.take(measure)

        if told:
            self._database.transact(work, timeout=_PATIENCE)

    def fold(self) -> None:
        """Bring what was made into the rollups."""
        while self._database.transact(lambda transaction: fold(transaction, suffix=NEXT), timeout=_PATIENCE):
            pass

    @staticmethod
    def say(transaction: Transaction, changed: Mapping[str, bool]) -> None:
        """How the projections stand from now on."""
        state = transaction.get(PROJECTION, STATE)
        if state is None:
            state = begun(complete=not transaction.find(FACTS, {}, limit=1))
        transaction.replace(PROJECTION, {**state, **changed, "commits": state["commits"] + 1})
