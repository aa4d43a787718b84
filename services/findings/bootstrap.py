"""The composition root: the only place that names concrete classes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.findings.adapters.county import load_number_format, load_rules, load_sheet
from services.findings.adapters.mongo import (
    INDEXES,
    CountingDatabase,
    FindingsWork,
    MongoNumberSeries,
    Posted,
)
from services.findings.adapters.mongo import NUMBERS as NUMBERS_COLLECTION
from services.findings.adapters.reads import MongoFindingStore
from services.findings.adapters.workbooks import Workbooks
from services.findings.application.answers import FindingAnswers
from services.findings.application.intake import Intake
from services.findings.application.ports import NumberSeries
from services.findings.application.queries import FindingQueries, FindingStore
from services.findings.application.use_cases import FindingsUseCases, prefetch
from services.findings.domain import errors
from services.findings.domain.moves import Status
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary
from shared.observability import metrics
from shared.persistence.client import open_client
from shared.persistence.database import Database
from shared.persistence.ids import new_id, utc_now
from shared.persistence.indexes import KERNEL_INDEXES, Index
from shared.persistence.transaction import Transaction
from shared.settings import ServiceSettings

ERRORS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidError: (422, "invalid"),
    errors.ForbiddenError: (403, "forbidden"),
    errors.SamePersonError: (403, "same_person"),
    errors.UnknownFindingError: (404, "not_found"),
    errors.SourceRefConflictError: (409, "source_ref_conflict"),
    errors.InvalidTransitionError: (409, "invalid_transition"),
}


class FindingsApp:
    """What the entrypoints call: `do` the commands, `ask` the questions."""

    errors = ERRORS
    indexes: Sequence[Index] = (*KERNEL_INDEXES, *INDEXES)

    def __init__(
        self,
        settings: ServiceSettings,
        database: Database,
        series: NumberSeries,
        store: FindingStore,
        clock: Any = utc_now,
    ) -> None:
        self.settings = settings
        self.database = database
        self.vocabulary = Vocabulary.load(settings.vocabulary_file)
        self.areas = Areas.load(settings.areas_file)
        self._series = series
        numbering = load_number_format(settings.county_dir)
        self.sheet = load_sheet(settings.county_dir, self.vocabulary, self.areas)
        self.workbooks = Workbooks(self.sheet)
        answers = FindingAnswers(self.areas.name)
        intake = Intake(load_rules(settings.county_dir, self.vocabulary), numbering, new_id)
        self.do = FindingsUseCases(intake, answers, clock)
        self.ask = FindingQueries(store, answers, numbering, clock)

    def unit_of_work(self, transaction: Transaction) -> FindingsWork:
        """Findings, cases and numbers on one transaction."""
        return FindingsWork(transaction, self._series, self.areas)

    def prefetch(self, work: FindingsWork, events: Sequence[Any]) -> None:
        """Everything that a batch of events touches."""
        prefetch(work, events)

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The state gauges: findings by status, and by township and status."""
        by_status = Counter({status.value: 0 for status in Status})
        by_township: Counter[tuple[str, str]] = Counter()
        for one in self.ask.gauges():
            by_status[one.status] += one.count
            by_township[self.areas.name(self.areas.township_of(one.area)), one.status] += one.count
        for status, count in by_status.items():
            yield "duze_findings", {"status": status}, count
        for (township, status), count in by_township.items():
            yield "duze_findings_by_township", {"township": township, "status": status}, count


def build(settings: ServiceSettings) -> FindingsApp:
    """The app on MongoDB. Nothing is sent before the first use."""
    client = open_client(settings.mongo_uri, "findings")
    database = CountingDatabase(client, settings.database, _count_posted)
    series = MongoNumberSeries(database.collection(NUMBERS_COLLECTION))
    return FindingsApp(settings, database, series, MongoFindingStore(database))


def _count_posted(posted: Iterable[Posted]) -> None:
    for category, severity, method in posted:
        metrics.FINDINGS_POSTED.labels(category, severity, method).inc()
