"""The composition root: the only place that names concrete classes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pymongo
import structlog
from pymongo.errors import PyMongoError

from services.accountability.adapters.case_files import FILE_INDEXES, GridFsCaseFiles
from services.accountability.adapters.county import load_rules
from services.accountability.adapters.county_clocks import load_clock_rules
from services.accountability.adapters.county_informants import load_reading_period
from services.accountability.adapters.county_measures import load_legality
from services.accountability.adapters.county_talks import load_talks
from services.accountability.adapters.county_warnings import load_objection_period
from services.accountability.adapters.execution_store import MongoExecutionStore
from services.accountability.adapters.indexes import CLOCKS, DERIVATION, INDEXES, MEASURES
from services.accountability.adapters.informant_vault import InformantVault
from services.accountability.adapters.law_reads import MongoLawStore
from services.accountability.adapters.measure_store import MongoMeasureStore, effects_ended
from services.accountability.adapters.mongo import RegistersCache, UnitOfWork
from services.accountability.adapters.person_reads import PersonReads
from services.accountability.adapters.store import MongoStore
from services.accountability.adapters.talk_record import DocxTalkRecord
from services.accountability.adapters.todo_reads import TodoReads
from services.accountability.application.answers import Answer
from services.accountability.application.appeals import AppealUseCases
from services.accountability.application.cadre_csv import BadRow, CadreRow, read
from services.accountability.application.case_handling import CaseHandling
from services.accountability.application.case_papers import CasePapers
from services.accountability.application.clocks import Clocks
from services.accountability.application.deciding import Deciding
from services.accountability.application.effect_periods import TableOfPeriods
from services.accountability.application.execution_queries import ExecutionQueries
from services.accountability.application.expiry import expire
from services.accountability.application.informants import Informants
from services.accountability.application.law_queries import LawQueries
from services.accountability.application.measure_queries import MeasureQueries
from services.accountability.application.measures import MeasureUseCases
from services.accountability.application.objections import Objections
from services.accountability.application.queries import AccountabilityQueries
from services.accountability.application.record import Records
from services.accountability.application.submissions import SubmissionUseCases
from services.accountability.application.talks import TalkUseCases
from services.accountability.application.todo import Todos
from services.accountability.application.use_cases import AccountabilityUseCases
from services.accountability.config import AccountabilitySettings
from services.accountability.domain import errors
from services.accountability.domain.calendar import day_of
from shared.clock import clock
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary
from shared.contracts.working_days import load_calendar
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.due import Due, DueTurns
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import new_id
from shared.persistence.indexes import Index
from shared.persistence.lease import Lease
from shared.persistence.transaction import Transaction

log = structlog.get_logger("accountability")

ERRORS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidError: (422, "invalid"),
    errors.ForbiddenError: (403, "forbidden"),
    errors.UnknownError: (404, "not_found"),
    errors.FindingInCaseError: (409, "finding_in_case"),
    errors.WithdrawnFindingError: (409, "finding_withdrawn"),
    errors.SamePersonError: (403, "same_person"),
    errors.InvalidTransitionError: (409, "invalid_transition"),
    errors.ObjectionLateError: (409, "objection_late"),
    errors.RecusedError: (409, "recused"),
    errors.ChainIncompleteError: (409, "chain_incomplete"),
    errors.DefenceMissingError: (409, "defence_missing"),
    errors.MeasureRefusedError: (409, "measure_refused"),
    errors.UnfinishedError: (409, "unfinished"),
    errors.NotGrantedError: (403, "not_granted"),
    errors.NoKeyError: (503, "no_informant_key"),
    errors.AppealLateError: (409, "appeal_late"),
    errors.AppealedAlreadyError: (409, "appealed_already"),
    errors.FileKeptError: (409, "file_kept"),
}
RETRY_BATCH = 100
RETRY_TIMEOUT = 5.0
RETRY_ROUNDS = 50
"""Batches in one turn of the timer: bounded, so that a turn ends; the next one goes on where it stopped."""


class AccountabilityApp:
    """What the kernel and the entrypoints work with: one in a process."""

    errors = ERRORS

    def __init__(self, settings: AccountabilitySettings, database: MongoDatabase) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock(settings.test_clock_file)
        self.indexes: Sequence[Index] = (*INDEXES, *FILE_INDEXES)
        self.vocabulary = Vocabulary.load(settings.vocabulary_file)
        self.areas = Areas.load(settings.areas_file)
        rules = load_rules(settings.county_dir, self.vocabulary)
        self.legality = load_legality(settings.county_dir, self.vocabulary)
        calendar = load_calendar(settings.county_dir)
        self.clocks = Clocks(load_clock_rules(settings.county_dir, self.vocabulary), calendar, new_id)
        self._cache = RegistersCache()
        self._store = MongoStore(database, self._cache)
        self.do = AccountabilityUseCases(rules, self.legality, self.clock, new_id)
        objection_ends = load_objection_period(settings.county_dir, calendar)
        self.objections = Objections(objection_ends, self.clock)
        self.ask = AccountabilityQueries(
            self._store, rules, self.vocabulary, self.areas, lambda: day_of(self.clock())
        )
        periods = TableOfPeriods(self.legality)
        deciding = Deciding(self.legality, self.legality.kinds, periods, new_id)
        self.cases = CaseHandling(deciding, self.clock)
        self.papers = CasePapers(GridFsCaseFiles(database, self.clock), self.clock, new_id)
        talks = load_talks(settings.county_dir)
        self.measures = MeasureUseCases(
            self.clock, self.clocks.last_day_of_appeal, periods, talks.submission_days
        )
        self.talks = TalkUseCases(talks.follow_up_days, self.clock, new_id)
        self.submissions = SubmissionUseCases(talks.submission_days, self.clock)
        self.appeals = AppealUseCases(
            deciding, periods, lambda body: self.vocabulary.label("deciding_body", body), self.clock, new_id
        )
        self._measure_store = MongoMeasureStore(database)
        self.ask_measures = MeasureQueries(self._measure_store)
        self.ask_execution = ExecutionQueries(
            MongoExecutionStore(database, self._measure_store),
            DocxTalkRecord(talks.form),
            self.vocabulary.label,
        )
        self._law_store = MongoLawStore(database)
        self.law = LawQueries(self._store, self._law_store, self.legality, self.clock)
        self.informants = Informants(
            InformantVault(settings.informant_keys),
            load_reading_period(settings.county_dir, day_of(self.clock())),
            self.clock,
            new_id,
        )
        self._records = Records(lambda: day_of(self.clock()))
        self._todos = Todos(self.vocabulary, self.areas.name, objection_ends, self.clock)
        self._due = DueTurns[UnitOfWork](
            database,
            self.unit_of_work,
            (Due(CLOCKS, self.clocks.run_out), Due(MEASURES, expire, effects_ended, "effect_until")),
        )
        self._lease = Lease(database.collection("leases"), "unassigned", new_id())

    def unit_of_work(self, transaction: Transaction) -> UnitOfWork:
        """The service's documents in an open transaction."""
        return UnitOfWork(transaction, self._cache, self.clocks)

    def prefetch(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Have at hand what a batch of events will ask for."""
        self.do.prefetch(work, events)

    def read_cadres(self, body: bytes) -> list[CadreRow | BadRow]:
        """The rows of the office's file."""
        return read(body, self.vocabulary, self.areas)

    def todo(self, by: Claims, _after: object, _limit: int) -> Sequence[Mapping[str, Any]]:
        """What waits for the caller."""
        return self.database.transact(lambda transaction: self._todos.of(TodoReads(transaction), by))

    def record(self, cadre: str, as_of: date | None, by: Claims) -> Answer:
        """What is kept of a cadre as of a day."""
        return self.database.transact(
            lambda transaction: self._records.of(PersonReads(transaction), cadre, as_of, by)
        )

    def informant_of(self, case: str, by: Claims) -> Answer:
        """Who gave the lead, for the one to whom it was granted."""
        return self.database.transact(
            lambda transaction: self.informants.read(self.unit_of_work(transaction), case, by)
        )

    def try_unassigned(self) -> int:
        """Resolve anew what the registers may now resolve, in batches; how many were looked at in this turn.

        What is still to be tried stands in the documents themselves, so a process that dies loses nothing.
        """
        try:
            return self._try_in_turn()
        except (UnavailableError, PyMongoError) as exc:
            # Nothing is lost: the next turn finds the same documents.
            log.warning("unassigned findings wait for the database", error=type(exc).__name__)
            return 0

    def do_due(self, now: datetime) -> bool:
        """One batch of what time alone brings; whether more may wait."""
        return self._due.turn(now)

    def _try_in_turn(self) -> int:
        with pymongo.timeout(RETRY_TIMEOUT):
            waiting = self._store.behind()
        if not waiting or not self._my_turn():
            return 0
        looked = 0
        for _ in range(RETRY_ROUNDS):
            count = self.database.transact(
                lambda transaction: self.do.try_unassigned(self.unit_of_work(transaction), RETRY_BATCH),
                timeout=RETRY_TIMEOUT,
            )
            looked += count
            if count < RETRY_BATCH or not self._my_turn():
                break
        with pymongo.timeout(RETRY_TIMEOUT):
            self._lease.release()
        return looked

    def _my_turn(self) -> bool:
        with pymongo.timeout(RETRY_TIMEOUT):
            return self._lease.acquire()

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The state gauges."""
        yield from self._store.state()
        yield from self._measure_store.total()
        due = self._law_store.clocks_due(self.clock())
        for rule in self.clocks.rules.ids:
            yield "duze_clocks_due", {"rule": rule}, due.get(rule, 0)


def build(settings: AccountabilitySettings) -> AccountabilityApp:
    """The app of one process; nothing is sent anywhere yet."""
    client = open_client(settings.mongo_uri, settings.service)
    return AccountabilityApp(settings, MongoDatabase(client, settings.database, DERIVATION))
