"""The findings service in memory, with a clock that is set and people who upload."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any, cast

from services.findings.adapters.files import MemoryFileStore
from services.findings.adapters.memory import MemoryFindingStore, MemoryNumberSeries
from services.findings.adapters.visits import MemoryVisitCounts
from services.findings.application import commands
from services.findings.application.answers import Answer
from services.findings.bootstrap import FindingsApp
from services.findings.domain.facts import Facts, Place
from shared.contracts.claims import Claims
from shared.persistence.memory import MemoryDatabase
from shared.settings import ServiceSettings
from tests.support import pictures

NOW = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
"""Noon in Shanghai: an hour before it is the same day."""
TEAM = Claims("t1", "supervisor", "990100", team="T05")
UNIT = Claims("u1", "unit", "990100002")
OFFICE = Claims("o1", "office", "990100")
AUDITOR = Claims("a1", "auditor", "990100")
LONG = "已在东西两个路口各安排两名值守人员并张贴公告,实行二十四小时轮班值守"


@dataclass
class Sent:
    """A file as the kernel would hand it over."""

    name: str
    file: IO[bytes]
    size: int
    sha256: str


@dataclass
class World:
    settings: ServiceSettings
    now: datetime = NOW
    database: MemoryDatabase = field(default_factory=lambda: MemoryDatabase(FindingsApp.indexes))
    files: MemoryFileStore = field(default_factory=MemoryFileStore)

    def __post_init__(self) -> None:
        series = MemoryNumberSeries()
        store: Any = MemoryFindingStore(self.database, series)
        self.app = FindingsApp(
            self.settings,
            cast(Any, self.database),
            series,
            store,
            self.files,
            MemoryVisitCounts(self.database),
            lambda: self.now,
        )

    def do(self, act: Callable[[Any], Any]) -> Any:
        return self.app.transact(act)

    def upload(self, by: Claims = UNIT, data: bytes | None = None, name: str = "现场.jpg") -> str:
        data = data or pictures.jpeg()
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            sent = Sent(name, file, len(data), hashlib.sha256(data).hexdigest())
            return str(self.app.evidence.upload(sent, by, self.do)["id"])

    def posting(
        self, attachments: tuple[str, ...] = (), by: Claims = TEAM, **told: Any
    ) -> commands.PostFinding:
        facts: dict[str, Any] = {
            "team": "T05", "method": "inspection", "found_at": self.now - timedelta(hours=1), "area": "990100002001",
            "place": Place("施营社区路口", "checkpoint"), "category": "access_control", "severity": "moderate",
            "description": "部分路口没有封闭", "units": ("990100002",),
        } | told  # fmt: skip
        return commands.PostFinding(Facts(**facts), attachments, by)

    def post(self, *attachments: str, **told: Any) -> tuple[Answer, bool]:
        answer: tuple[Answer, bool] = self.do(
            lambda work: self.app.do.post_finding(work, self.posting(attachments, **told))
        )
        return answer

    def report(self, finding: str, *attachments: str, measures: str = LONG, by: Claims = UNIT) -> Answer:
        day = (self.now + timedelta(hours=8)).date()
        command = commands.Report(
            finding=finding, by=by, measures=measures, completed_on=day, attachments=attachments
        )
        answer: Answer = self.do(lambda work: self.app.do.report(work, command))
        return answer

    def close(self, finding: str) -> None:
        command = commands.Verify(finding=finding, by=TEAM, result="pass")
        self.do(lambda work: self.app.do.verify(work, command))

    def flags(self, finding: str, to: Claims = TEAM) -> dict[str, Answer]:
        return {one["kind"]: one for one in self.app.ask.finding(finding, to)["review_flags"]}
