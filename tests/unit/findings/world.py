"""Builders: the findings service over its in-memory twin, with a clock that tests move."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.findings.adapters.county import load_clocks, load_number_format, load_rules
from services.findings.adapters.county_evidence import load_evidence_rules
from services.findings.adapters.county_likeness import load_likeness
from services.findings.adapters.county_revisits import load_revisits
from services.findings.adapters.indexes import DERIVATION, INDEXES
from services.findings.adapters.memory import MemoryFindingStore, MemoryNumberSeries
from services.findings.adapters.mongo import FindingsWork
from services.findings.adapters.wording import alike
from services.findings.application import commands
from services.findings.application.answers import FindingAnswers
from services.findings.application.intake import Intake
from services.findings.application.queries import FindingQueries
from services.findings.application.review import Reviewer
from services.findings.application.similar import SimilarFindings
from services.findings.application.use_cases import FindingsUseCases
from services.findings.domain.calendar import WorkingCalendar
from services.findings.domain.desks import Desks
from services.findings.domain.facts import Facts, Place
from shared.contracts import registry
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.persistence.ids import new_id
from shared.persistence.indexes import KERNEL_INDEXES
from shared.persistence.memory import MemoryDatabase

ROOT = Path(__file__).parents[3]
VOCABULARY = Vocabulary.load(ROOT / "deploy/demo/vocabulary.yaml")
AREAS = Areas.load(ROOT / "deploy/demo/areas.csv")
COUNTY, TOWNSHIP, VILLAGE = "990100", "990100001", "990100001001"
ELSEWHERE, OTHER_TOWNSHIP = "990100002001", "990100002"
NOW = datetime(2026, 2, 11, 6, tzinfo=UTC)

TEAM = Claims("poster", "supervisor", COUNTY, team="T05")
OTHER_TEAM = Claims("s-2", "supervisor", COUNTY, team="T06")
UNIT = Claims("unit-1", "unit", TOWNSHIP)
OFFICE = Claims("office-1", "office", COUNTY)
APPROVER = Claims("approver-1", "approver", COUNTY)
COMMISSION = Claims("commission-1", "commission", COUNTY)


CLOCKS = load_clocks(ROOT / "deploy/county")
DESKS = Desks(CLOCKS, load_revisits(ROOT / "deploy/county", VOCABULARY))


class World:
    """The use cases over a database in memory; `now` may be set."""

    def __init__(self) -> None:
        self.now = NOW
        self.database = MemoryDatabase((*KERNEL_INDEXES, *INDEXES), DERIVATION)
        self._series = MemoryNumberSeries()
        self._numbering = load_number_format(ROOT / "deploy/county")
        self._answers = FindingAnswers(AREAS.name)
        store = MemoryFindingStore(self.database, self._series)
        self._similar = SimilarFindings(store, load_likeness(ROOT / "deploy/county"), alike, AREAS.name)
        self.know(load_rules(ROOT / "deploy/county", VOCABULARY).calendar)
        self.ask = FindingQueries(store, self._answers, self._similar, self._numbering, lambda: self.now)

    def know(self, calendar: WorkingCalendar) -> None:
        """From now on the county's calendar is this one."""
        rules = replace(load_rules(ROOT / "deploy/county", VOCABULARY), calendar=calendar)
        _, review_rules = load_evidence_rules(ROOT / "deploy/county")
        reviewer = Reviewer(review_rules, alike)
        intake = Intake(rules, self._numbering, new_id, reviewer)
        self.do = FindingsUseCases(intake, reviewer, self._answers, self._similar, lambda: self.now)

    def work(self, act: Any) -> Any:
        """One transaction."""
        return self.database.transact(lambda tx: act(FindingsWork(tx, self._series, AREAS, DESKS)))

    def post(self, by: Claims = TEAM, **told: Any) -> dict[str, Any]:
        facts = Facts(**{
            "team": by.team, "method": "inspection", "found_at": self.now, "area": VILLAGE,
            "place": Place("东门", "checkpoint"), "category": "access_control", "severity": "moderate",
            "description": "东门没有人值守", "units": (TOWNSHIP,),
        } | told)  # fmt: skip
        answer, _ = self.work(lambda work: self.do.post_finding(work, commands.PostFinding(facts, (), by)))
        return dict(answer)

    def move(self, move: str, command: type, finding: str, by: Claims, **told: Any) -> dict[str, Any]:
        """One move by its use case."""
        asked = command(finding=finding, by=by, **told)
        return dict(self.work(lambda work: getattr(self.do, move)(work, asked)))

    def close(self, finding: str) -> dict[str, Any]:
        """Reported and verified, a day later each."""
        self.move("report", commands.Report, finding, UNIT, measures="已整改", completed_on=NOW.date())
        return self.move(
            "verify", commands.Verify, finding, replace(TEAM, sub="s-9"), result="pass", note=None
        )

    def told(self, finding: str) -> list[Event]:
        """What the world was told of a finding, in order; each keeps its contract."""
        rows = self.database.collections["outbox"].values()
        events = [event for row in rows if (event := decode(row["body"])).subject == finding]
        for event in events:
            registry.validate(event.source, event.type, event.data)
        return events

    def history(self, finding: str, by: Claims = COMMISSION) -> list[dict[str, Any]]:
        """Newest first, as `by` may see it."""
        return [dict(row) for row in self.ask.history(finding, by, 200, None)[0]]
