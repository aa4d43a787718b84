"""Builders: findings over the in-memory twin, on the demo county's periods, with a clock that tests set."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.county import load_clocks, load_number_format, load_rules
from services.findings.adapters.county_evidence import load_evidence_rules
from services.findings.adapters.county_likeness import load_likeness
from services.findings.adapters.county_revisits import load_revisits
from services.findings.adapters.indexes import INDEXES
from services.findings.adapters.memory import MemoryFindingStore, MemoryNumberSeries
from services.findings.adapters.mongo import FindingsWork
from services.findings.adapters.wording import alike
from services.findings.application import commands
from services.findings.application.answers import FindingAnswers
from services.findings.application.clocks import FindingClocks
from services.findings.application.intake import Intake
from services.findings.application.review import Reviewer
from services.findings.application.similar import SimilarFindings
from services.findings.application.use_cases import FindingsUseCases
from services.findings.domain.calendar import SHANGHAI
from services.findings.domain.desks import Desks
from services.findings.domain.facts import Facts, Place
from services.findings.domain.parts import Responsible
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.persistence.due import Due, DueTurns
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

ROOT = Path(__file__).parents[3]
COUNTY_DIR, DEMO = ROOT / "deploy/county", ROOT / "deploy/demo"
VOCABULARY = Vocabulary.load(DEMO / "vocabulary.yaml")
AREAS = Areas.load(DEMO / "areas.csv")
DESKS = Desks(load_clocks(COUNTY_DIR), load_revisits(COUNTY_DIR, VOCABULARY))
TEAM = Claims("team-1", "supervisor", "990100", "T05")
UNIT = Claims("unit-1", "unit", "990100001")


def at(text: str) -> datetime:
    """A moment by a clock in Shanghai: `2026-03-02 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


_, _REVIEW_RULES = load_evidence_rules(COUNTY_DIR)
REVIEWER = Reviewer(_REVIEW_RULES, alike)


class World:
    """The use cases; `now` is what every clock shows. Ids count up, so that answers are repeatable."""

    def __init__(self, now: str = "2026-03-02 10:00") -> None:
        self.now = at(now)
        self.database = MemoryDatabase(INDEXES)
        self._series = MemoryNumberSeries()
        ids = (f"finding-{number}" for number in itertools.count(1))
        numbering = load_number_format(COUNTY_DIR)
        intake = Intake(
            load_rules(COUNTY_DIR, VOCABULARY), numbering, lambda: next(ids), Reviewer(_REVIEW_RULES, alike)
        )
        self.clocks = FindingClocks(DESKS.clocks)
        self.store = MemoryFindingStore(self.database, self._series)
        similar = SimilarFindings(self.store, load_likeness(COUNTY_DIR), alike, AREAS.name)
        answers = FindingAnswers(AREAS.name)
        self.do = FindingsUseCases(intake, REVIEWER, answers, similar, lambda: self.now)

    def work(self, act: Callable[[FindingsWork], Any]) -> Any:
        """One transaction."""
        return self.database.transact(lambda tx: act(self._unit_of_work(tx)))

    def _unit_of_work(self, transaction: Transaction) -> FindingsWork:
        return FindingsWork(transaction, self._series, AREAS, DESKS)

    def post(self, **told: Any) -> str:
        """A moderate finding of now, due on the seventh working day after it; its id."""
        facts: dict[str, Any] = {
            "team": "T05", "method": "inspection", "found_at": self.now, "area": "990100001001",
            "place": Place("东门", "checkpoint"), "category": "access_control", "severity": "moderate",
            "description": "东门没有人值守", "units": ("990100001",),
        }  # fmt: skip
        command = commands.PostFinding(Facts(**{**facts, **told}), (), TEAM)
        return str(self.work(lambda work: self.do.post_finding(work, command))[0]["id"])

    def move(self, name: str, finding: str, by: Claims = UNIT, **told: Any) -> dict[str, Any]:
        """A move, named as its command."""
        made = getattr(commands, name)(finding=finding, by=by, require_version=lambda _seen: None, **told)
        method = "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
        return dict(self.work(lambda work: getattr(self.do, method)(work, made)))

    def assign(self, finding: str, **roles: str) -> None:
        """What accountability tells: cadre by role."""
        chain = tuple(Responsible(cadre, role) for role, cadre in roles.items())
        self.work(lambda work: self.do.assign(work, commands.AssignFinding(finding, chain)))

    def look(self, when: str | datetime | None = None, limit: int = 100) -> int:
        """One turn of the timekeeper; how many findings were looked at."""
        if when is not None:
            self.now = at(when) if isinstance(when, str) else when
        turns = DueTurns[FindingsWork](self.database, self._unit_of_work, [Due(FINDINGS, self._wake)], limit)
        self.woken = 0
        turns.turn(self.now)
        return self.woken

    def _wake(self, work: FindingsWork, key: str, now: datetime) -> None:
        self.clocks.run_out(work, key, now)
        self.woken += 1

    def document(self, finding: str) -> dict[str, Any]:
        return self.database.collections[FINDINGS][finding]

    def events(self, *types: str) -> list[Event]:
        """What the world was told, in order."""
        found = [decode(row["body"]) for row in self.database.collections["outbox"].values()]
        return [one for one in found if not types or one.type in types]

    def levels(self) -> list[int]:
        """The levels that were told, in order."""
        return [one.data["level"] for one in self.events("finding.overdue.v1")]

    def rules(self) -> list[str]:
        """The clocks that were told, in order."""
        return [one.data["clock"]["rule"] for one in self.events("clock.due.v1")]
