"""The whole service on the in-memory twin: what the unit tests of use cases ask and do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from services.findings import config
from services.findings.adapters.files import MemoryFileStore
from services.findings.adapters.memory import MemoryFindingStore, MemoryNumberSeries
from services.findings.adapters.visits import MemoryVisitCounts
from services.findings.application.commands import PostFinding
from services.findings.bootstrap import FindingsApp
from shared.contracts.claims import Claims
from shared.persistence.memory import MemoryDatabase

T = TypeVar("T")
COUNTY, VILLAGE, SISTER = "990100", "990100001001", "990100001002"


def claims(role: str, area: str = COUNTY, team: str | None = "T05", sub: str = "") -> Claims:
    return Claims(sub=sub or f"{role}-1", role=role, area=area, team=team)


TEAM = claims("supervisor")
OFFICE = claims("office")


class World:
    """An empty county at noon of a working day; `now` is moved by the test."""

    def __init__(self, monkeypatch: Any) -> None:
        monkeypatch.setenv("DUZE_JWT_KEY", "a-key-made-up-for-the-unit-tests-of-findings")
        self.now = datetime(2026, 2, 11, 4, tzinfo=UTC)
        self.database = MemoryDatabase(FindingsApp.indexes)
        series = MemoryNumberSeries()
        store = MemoryFindingStore(self.database, series)
        settings = replace(config.from_env(), county_dir="deploy/county")
        self.app = FindingsApp(
            settings,
            cast(Any, self.database),
            series,
            store,
            MemoryFileStore(),
            MemoryVisitCounts(self.database),
            lambda: self.now,
        )

    def run(self, work: Callable[[Any], T]) -> T:
        return self.database.transact(lambda tx: work(self.app.unit_of_work(tx)))

    def post(self, by: Claims = TEAM, **values: Any) -> dict[str, Any]:
        """A new finding's answer."""
        body = {
            "team": "T05", "method": "inspection", "found_at": self.now - timedelta(hours=1), "area": VILLAGE,
            "place": {"name": "东门", "kind": "checkpoint"}, "category": "access_control",
            "severity": "moderate", "description": "部分路口没有封闭,人车难以管控", **values,
        }  # fmt: skip
        command = PostFinding.from_request(body, by, self.app.areas.township_of)
        return self.run(lambda work: self.app.do.post_finding(work, command))[0]

    def get(self, finding: str, by: Claims = OFFICE) -> dict[str, Any]:
        return self.app.ask.finding(finding, by)

    def events(self) -> list[dict[str, Any]]:
        """What was told to the world, oldest first."""
        return list(self.database.collections.get("outbox", {}).values())
