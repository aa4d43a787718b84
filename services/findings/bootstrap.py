"""The composition root: the only place that names concrete classes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar

import structlog
from pymongo.errors import PyMongoError

from services.findings.adapters.answered_lines import ANSWERED_INDEXES
from services.findings.adapters.attachments import ATTACHMENT_INDEXES
from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.content.inspection import inspect
from services.findings.adapters.counting import CountingDatabase, Posted
from services.findings.adapters.county import load_clocks, load_number_format, load_rules
from services.findings.adapters.county_evidence import load_evidence_rules
from services.findings.adapters.county_likeness import load_likeness
from services.findings.adapters.county_revisits import load_revisits
from services.findings.adapters.county_sheets import load_sheets
from services.findings.adapters.county_splitting import load_splitting
from services.findings.adapters.county_visits import load_visits
from services.findings.adapters.files import FILE_INDEXES, GridFsFileStore
from services.findings.adapters.indexes import INDEXES
from services.findings.adapters.mongo import FindingsWork
from services.findings.adapters.number_series import NUMBERS as NUMBERS_COLLECTION
from services.findings.adapters.number_series import ImaginaryNumberSeries, MongoNumberSeries
from services.findings.adapters.reads import MongoFindingStore
from services.findings.adapters.self_checks import SELF_CHECKS
from services.findings.adapters.todo import TodoRepository
from services.findings.adapters.visits import MongoVisitCounts
from services.findings.adapters.wording import alike
from services.findings.adapters.workbooks import Workbooks
from services.findings.application.answers import FindingAnswers
from services.findings.application.campaigns import Campaigns
from services.findings.application.clocks import FindingClocks
from services.findings.application.evidence import EvidenceUseCases
from services.findings.application.gauges import Gauges
from services.findings.application.intake import Intake
from services.findings.application.merging import Merging
from services.findings.application.notes import NoteReader
from services.findings.application.oversight import BATCH
from services.findings.application.ports import Clock, FileStore, NumberSeries
from services.findings.application.queries import FindingQueries, FindingStore
from services.findings.application.review import Reviewer
from services.findings.application.revisits import Revisits
from services.findings.application.self_check_clocks import SelfCheckClocks
from services.findings.application.self_checks import SelfChecks
from services.findings.application.similar import SimilarFindings
from services.findings.application.todo import Todos
from services.findings.application.use_cases import FindingsUseCases, prefetch
from services.findings.application.visit_answers import VisitAnswers
from services.findings.application.visits import VisitCounts, Visits
from services.findings.domain import errors
from services.findings.domain.desks import Desks
from shared.clock import clock
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary
from shared.http import todo
from shared.observability import metrics
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.due import Due, DueTurns
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import new_id, utc_now
from shared.persistence.indexes import KERNEL_INDEXES, Index
from shared.persistence.transaction import Transaction
from shared.settings import ServiceSettings

log = structlog.get_logger("findings")
T = TypeVar("T")
REHEARSAL_SECONDS = 30.0
RECOMPUTE_ROUNDS = 50
"""So many batches in one turn; what is left waits for the next one."""

ERRORS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidError: (422, "invalid"),
    errors.ForbiddenError: (403, "forbidden"),
    errors.SamePersonError: (403, "same_person"),
    errors.UnknownFindingError: (404, "not_found"),
    errors.UnknownAttachmentError: (404, "not_found"),
    errors.SourceRefConflictError: (409, "source_ref_conflict"),
    errors.UnknownSelfCheckError: (404, "not_found"),
    errors.SelfCheckAnsweredError: (409, "already_answered"),
    errors.UnknownVisitError: (404, "not_found"),
    errors.VisitRecordedError: (409, "already_recorded"),
    errors.CampaignExistsError: (409, "campaign_exists"),
    errors.InvalidTransitionError: (409, "invalid_transition"),
}


class _RehearsedError(Exception):
    """Carries the result out of a transaction that must not be committed."""

    def __init__(self, result: Any) -> None:
        super().__init__("a rehearsal has ended")
        self.result = result


class FindingsApp:
    """What the entrypoints call: `do` the commands, `ask` the questions."""

    errors = ERRORS
    indexes: Sequence[Index] = (
        *KERNEL_INDEXES,
        *INDEXES,
        *ATTACHMENT_INDEXES,
        *FILE_INDEXES,
        *ANSWERED_INDEXES,
    )

    def __init__(
        self,
        settings: ServiceSettings,
        database: MongoDatabase,
        series: NumberSeries,
        store: FindingStore,
        files: FileStore,
        visits: VisitCounts,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.vocabulary = Vocabulary.load(settings.vocabulary_file)
        self.areas = Areas.load(settings.areas_file)
        self._series = series
        self._store = store
        self.notes = NoteReader(load_splitting(settings.county_dir, self.vocabulary), self.areas)
        numbering = load_number_format(settings.county_dir)
        self.sheets = load_sheets(settings.county_dir, self.vocabulary, self.areas)
        self.workbooks = Workbooks(self.sheets)
        answers = FindingAnswers(self.areas.name)
        keep, review_rules = load_evidence_rules(settings.county_dir)
        rules = load_rules(settings.county_dir, self.vocabulary)
        reviewer = Reviewer(review_rules, alike)
        intake = Intake(rules, numbering, new_id, reviewer)
        self._clock_rules = load_clocks(settings.county_dir)
        self._desks = Desks(self._clock_rules, load_revisits(settings.county_dir, self.vocabulary))
        self._due = DueTurns[FindingsWork](
            database,
            self.unit_of_work,
            (
                Due(FINDINGS, FindingClocks(self._clock_rules).run_out),
                Due(SELF_CHECKS, SelfCheckClocks(self._clock_rules).run_out),
            ),
        )
        similar = SimilarFindings(store, load_likeness(settings.county_dir), alike, self.areas.name)
        self.do = FindingsUseCases(intake, reviewer, answers, similar, clock)
        self.evidence = EvidenceUseCases(files, inspect, keep, new_id, clock)
        self.self_checks = SelfChecks(intake, self.areas.name, self.areas.township_of, new_id, clock)
        self.revisits = Revisits(store, self._desks.revisits, self.areas.name, clock)
        self._todos = Todos(self._desks, self.areas.name, clock)
        villages = [area.code for area in self.areas if area.level == "village"]
        nearby = load_visits(settings.county_dir)
        self.visits = Visits(nearby, visits, villages, VisitAnswers(self.areas.name), new_id, clock)
        self.campaigns = Campaigns(new_id, clock)
        self.merging = Merging(answers, clock)
        self.ask = FindingQueries(store, answers, similar, numbering, clock)
        self._gauges = Gauges(store, self.areas, self._clock_rules, clock)

    def unit_of_work(self, transaction: Transaction) -> FindingsWork:
        """Findings, cases and numbers on one transaction."""
        return FindingsWork(transaction, self._series, self.areas, self._desks)

    def transact(self, act: Callable[[FindingsWork], T]) -> T:
        """Work of the service's own, outside of requests and events."""
        return self.database.transact(lambda transaction: act(self.unit_of_work(transaction)))

    def todo(self, by: Claims, after: todo.Place | None, limit: int) -> Iterable[Mapping[str, Any]]:
        """What waits for the caller."""
        behind = None if after is None else (todo.moment_of(after), after[1])
        return self.database.transact(lambda tx: self._todos.of(TodoRepository(tx), by, behind, limit))

    def rehearse(self, act: Callable[[FindingsWork, Transaction], T]) -> T:
        """What `act` would come to: nothing of it is kept, and no number is taken."""

        def tried(transaction: Transaction) -> NoReturn:
            work = FindingsWork(transaction, ImaginaryNumberSeries(), self.areas, self._desks)
            raise _RehearsedError(act(work, transaction))

        try:
            self.database.transact(tried, REHEARSAL_SECONDS)
        except _RehearsedError as end:
            result: T = end.result
            return result
        raise AssertionError("a rehearsal ends by its error")

    def prefetch(self, work: FindingsWork, events: Sequence[Any]) -> None:
        """Everything that a batch of events touches."""
        prefetch(work, events)

    def recompute_deadlines(self) -> int:
        """Deadlines that the calendar now knows, in batches; how many were looked at.

        Which ones stand in the documents themselves, so it does not matter who does it, how often, or who dies at it.
        """
        looked = 0
        try:
            for _ in range(RECOMPUTE_ROUNDS):
                count = self.database.transact(
                    lambda transaction: self.do.recompute_deadlines(self.unit_of_work(transaction))
                )
                looked += count
                if count < BATCH:
                    break
        except (UnavailableError, PyMongoError) as exc:
            # The next turn finds the same documents.
            log.warning("provisional deadlines wait for the database", error=type(exc).__name__)
        return looked

    def do_due(self, now: datetime) -> bool:
        """One batch of findings and one of self-checks of which a clock has run out; whether more may wait."""
        return self._due.turn(now)

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The state gauges."""
        return self._gauges.collect()


def build(settings: ServiceSettings) -> FindingsApp:
    """The app on MongoDB. Nothing is sent before the first use."""
    client = open_client(settings.mongo_uri, "findings")
    database = CountingDatabase(client, settings.database, _count_posted, _count_mended)
    series = MongoNumberSeries(database.collection(NUMBERS_COLLECTION))
    store, files = MongoFindingStore(database), GridFsFileStore(database)
    visits, now = MongoVisitCounts(database), clock(settings.test_clock_file)
    return FindingsApp(settings, database, series, store, files, visits, now)


def _count_posted(posted: Iterable[Posted]) -> None:
    for category, severity, method in posted:
        metrics.FINDINGS_POSTED.labels(category, severity, method).inc()


def _count_mended(took: Iterable[float]) -> None:
    for seconds in took:
        metrics.RECTIFICATION_SECONDS.observe(seconds)
