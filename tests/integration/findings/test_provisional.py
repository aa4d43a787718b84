"""Provisional deadlines on a real database: once the calendar knows the year, each is recomputed and told once."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from services.findings import config
from services.findings.adapters.counting import CountingDatabase
from services.findings.adapters.files import GridFsFileStore
from services.findings.adapters.number_series import MongoNumberSeries
from services.findings.adapters.reads import MongoFindingStore
from services.findings.adapters.visits import MongoVisitCounts
from services.findings.application.commands import PostFinding
from services.findings.bootstrap import FindingsApp
from services.findings.domain.facts import Facts, Place
from shared.contracts.claims import Claims
from shared.persistence.client import open_client
from shared.persistence.indexes import ensure_indexes
from shared.settings import ServiceSettings

pytestmark = pytest.mark.needs_mongo

ROOT = Path(__file__).parents[3]
TEAM, OFFICE = Claims("s-1", "supervisor", "990100", team="T05"), Claims("o-1", "office", "990100")
NOW = datetime(2026, 12, 29, 2, tzinfo=UTC)
ANNOUNCED = """
version: 1
days:
  - {date: "2027-01-01", kind: holiday, source: a test, valid_from: "2026-12-01", verified: false}
  - {date: "2027-01-04", kind: holiday, source: a test, valid_from: "2026-12-01", verified: false}
"""


@pytest.fixture
def settings(mongo_admin_uri: str, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    monkeypatch.setenv("DUZE_JWT_KEY", "a-key-made-up-for-the-tests-of-findings")
    monkeypatch.setenv("DUZE_FINDINGS_MONGO_URI", mongo_admin_uri)
    return replace(
        config.from_env(), database=f"test_findings_{uuid.uuid4().hex[:12]}",
        county_dir=str(ROOT / "deploy/county"), areas_file=str(ROOT / "deploy/demo/areas.csv"),
        vocabulary_file=str(ROOT / "deploy/demo/vocabulary.yaml"),
    )  # fmt: skip


@pytest.fixture
def database(settings: ServiceSettings) -> Iterator[CountingDatabase]:
    client = open_client(settings.mongo_uri, "findings")
    ensure_indexes(client[settings.database], FindingsApp.indexes)
    yield CountingDatabase(client, settings.database, lambda _posted: None, lambda _mended: None)
    client.drop_database(settings.database)
    client.drop_database(f"{settings.database}_audit")
    client.close()


def app(settings: ServiceSettings, database: CountingDatabase) -> FindingsApp:
    series = MongoNumberSeries(database.collection("numbers"))
    store, files, visits = MongoFindingStore(database), GridFsFileStore(database), MongoVisitCounts(database)
    return FindingsApp(settings, database, series, store, files, visits, lambda: NOW)


def post(made: FindingsApp) -> dict[str, Any]:
    facts = Facts(
        team="T05", method="inspection", found_at=NOW - timedelta(hours=1), area="990100001001",
        place=Place("东门", "checkpoint"), category="access_control", severity="moderate",
        description="东门没有人值守", units=("990100001",),
    )  # fmt: skip
    command = PostFinding(facts, (), TEAM)
    return made.database.transact(lambda tx: made.do.post_finding(made.unit_of_work(tx), command))[0]


def test_workers_that_learn_of_a_year_at_once_recompute_each_deadline_once(
    settings: ServiceSettings, database: CountingDatabase, tmp_path: Path
) -> None:
    before = app(settings, database)
    ids = [post(before)["id"] for _ in range(30)]
    assert before.recompute_deadlines() == 0
    county = copytree(settings.county_dir, tmp_path / "county")
    (county / "calendar.yaml").write_text(ANNOUNCED, encoding="utf-8")
    after = app(replace(settings, county_dir=str(county)), database)
    workers = [threading.Thread(target=after.recompute_deadlines) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    known = [after.ask.finding(one, OFFICE) for one in ids]
    assert {(str(one["deadline"]), one["deadline_provisional"]) for one in known} == {("2027-01-11", False)}
    told = database.collection("outbox").aggregate([{"$group": {"_id": "$subject", "events": {"$sum": 1}}}])
    assert {row["events"] for row in told} == {2}
    assert after.recompute_deadlines() == 0
