"""The composition root: the only place that names concrete classes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.reporting.adapters.board import MongoBoardStore
from services.reporting.adapters.bulletin_store import MongoBulletinStore
from services.reporting.adapters.bulletin_writer import JinjaBulletinWriter
from services.reporting.adapters.export_log import EXPORT_INDEXES, MongoExportLog
from services.reporting.adapters.ledger_columns import load_columns
from services.reporting.adapters.letterhead import load_letterheads
from services.reporting.adapters.mongo import INDEXES, OneAtATimeDatabase, ReportingWork
from services.reporting.adapters.peers import HttpPeers, service_token
from services.reporting.adapters.reads import MongoLedgerStore
from services.reporting.adapters.rendering.process import ChildRenderer
from services.reporting.adapters.rollup_keeper import RollupKeeper
from services.reporting.adapters.schedule import load_schedule
from services.reporting.adapters.series import load_series
from services.reporting.adapters.sheets.csv_writer import CsvWriter
from services.reporting.adapters.sheets.xlsx_writer import XlsxWriter
from services.reporting.application.board import Board
from services.reporting.application.bulletin_drafting import Drafting
from services.reporting.application.bulletin_files import BulletinFiles
from services.reporting.application.bulletin_sources import BulletinSources
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.bulletins import Bulletins
from services.reporting.application.chains import Chains
from services.reporting.application.county_day import CountyDay
from services.reporting.application.exports import LedgerExports
from services.reporting.application.figures import Dashboard
from services.reporting.application.labels import Labels
from services.reporting.application.publishing import Publishing
from services.reporting.application.queries import ReportingQueries
from services.reporting.application.statistics import Statistics
from services.reporting.application.todo import todos
from services.reporting.application.use_cases import ReportingUseCases
from services.reporting.config import ReportingSettings
from services.reporting.domain import errors
from services.reporting.domain.bulletin import AUTHORS
from services.reporting.web.pages import Pages
from shared.clock import clock
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary
from shared.http.todo import Place
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.ids import new_id, utc_now
from shared.persistence.indexes import KERNEL_INDEXES, Index
from shared.persistence.transaction import Transaction

PEERS = ("findings", "accountability", "notifications")
ERRORS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidError: (422, "invalid"),
    errors.ForbiddenError: (403, "forbidden"),
    errors.UnknownFindingError: (404, "not_found"),
    errors.UnknownBulletinError: (404, "not_found"),
    errors.UnknownFigureError: (404, "unknown_figure"),
    errors.NotDraftError: (409, "not_draft"),
    errors.WrongStatusError: (409, "invalid_transition"),
    errors.OutdatedError: (409, "outdated"),
    errors.AlreadyCorrectedError: (409, "already_corrected"),
    errors.SamePersonError: (403, "same_person"),
    errors.RenderingError: (503, "rendering_failed"),
    errors.BusySeriesError: (503, "busy"),
    errors.BrokenSnapshotError: (500, "snapshot_broken"),
}
COLD_SECONDS = 30.0
"""For the libraries and fonts of a child that was just started."""


class ReportingApp:
    """What the entrypoints call: `do` what events ask for, `ask` the questions, `statistics`, `exports`, `chains`,
    `bulletins` and `pages`."""

    errors = ERRORS
    indexes: Sequence[Index] = (*KERNEL_INDEXES, *INDEXES, *EXPORT_INDEXES)

    def __init__(self, settings: ReportingSettings, database: MongoDatabase) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock(settings.test_clock_file)
        self.vocabulary = Vocabulary.load(settings.vocabulary_file)
        self.areas = Areas.load(settings.areas_file)
        self.do = ReportingUseCases()
        self.rollups = RollupKeeper(database)
        self.store = MongoLedgerStore(database)
        self.ask = ReportingQueries(self.store, _peers(settings), self.areas, utc_now)
        self.statistics = Statistics(self.store, self.vocabulary, self.areas, utc_now)
        self.exports = LedgerExports(
            self.store,
            {"xlsx": XlsxWriter(), "csv": CsvWriter()},
            load_columns(settings.county_dir),
            self.vocabulary,
            self.areas,
            utc_now,
            MongoExportLog(database),
            new_id,
        )
        self.chains = Chains(self.store, self.vocabulary, self.areas)
        self._make_bulletins(settings, database)
        dashboard = Dashboard(self.store, self.ask, self.vocabulary, self.areas, utc_now)
        board = Board(MongoBoardStore(database), self.vocabulary, self.areas, utc_now)
        labels = Labels(self.vocabulary, self.areas)
        self.pages = Pages(dashboard, self.ask, self.chains, board, labels)

    def _make_bulletins(self, settings: ReportingSettings, database: MongoDatabase) -> None:
        texts = BulletinTexts(JinjaBulletinWriter(settings.county_dir), self.vocabulary, self.areas)
        series, letterheads = load_series(settings.county_dir), load_letterheads(settings.county_dir)
        if missing := {one.issuer for one in series} - set(letterheads):
            raise DataFileError(f"letterhead.yaml has none for {', '.join(sorted(missing))} of series.yaml")
        self.renderer = ChildRenderer(settings.fonts_dir, settings.render_seconds, cold_seconds=COLD_SECONDS)
        files = BulletinFiles(texts, self.renderer, letterheads, series)
        self.bulletin_store = MongoBulletinStore(database)
        sources = BulletinSources(self.bulletin_store)
        drafting = Drafting(sources, texts, new_id, self.clock)
        self.bulletins = Bulletins(self.bulletin_store, drafting, texts, files, self.areas, self.clock)
        self.publishing = Publishing(self.bulletins, drafting, sources, texts, files, series, self.clock)
        self._day = CountyDay(load_schedule(settings.county_dir, self.areas), drafting)

    def do_due(self, now: datetime) -> bool:
        """What the schedule has to be drafted by now, and the rollups kept; whether more waits."""
        self._day.turn(lambda act: self.database.transact(lambda tx: act(self.unit_of_work(tx))), now)
        return self.rollups.keep()

    def todo(self, by: Claims, _after: Place | None, limit: int) -> Iterable[Mapping[str, Any]]:
        """What waits for this caller."""
        return todos(self.bulletins, by, limit)

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """The totals of what was published, by kind."""
        published = self.bulletin_store.by_kind()
        for kind in AUTHORS:
            yield "duze_bulletins_published_total", {"kind": kind}, published.get(kind, 0)

    def close(self) -> None:
        """End the child that makes files."""
        self.renderer.close()

    def unit_of_work(self, transaction: Transaction) -> ReportingWork:
        """The archive, facts and bulletins on one transaction."""
        return ReportingWork(transaction)

    def prefetch(self, work: ReportingWork, events: Sequence[Event]) -> None:
        """Everything that a batch of events touches."""
        self.do.prefetch(work, events)

    def stale(self, work: ReportingWork, event: Event) -> None:
        """An event that came too late: the archive has it all the same."""
        self.do.keep(work, event)


def _peers(settings: ReportingSettings) -> HttpPeers:
    urls = {name: f"http://{settings.hosts[name]}:{settings.ports[name]}" for name in PEERS}
    algorithm = settings.jwt_algorithms[0]
    token = service_token(settings.jwt_signing_key, algorithm, settings.jwt_issuer, settings.jwt_audience)
    return HttpPeers(urls, token)


def build(settings: ReportingSettings) -> ReportingApp:
    """The app on MongoDB. Nothing is sent before the first use."""
    client = open_client(settings.mongo_uri, settings.service)
    return ReportingApp(settings, OneAtATimeDatabase(client, settings.database))
