"""Builders: the service over its in-memory twin, and events as the findings service would send them."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.accountability.adapters.county import load_rules
from services.accountability.adapters.county_clocks import load_clock_rules
from services.accountability.adapters.county_measures import load_legality
from services.accountability.adapters.indexes import INDEXES
from services.accountability.adapters.mongo import RegistersCache, UnitOfWork
from services.accountability.application.cadre_csv import CadreRow, read
from services.accountability.application.clocks import Clocks
from services.accountability.application.commands import NoteReceipt, OpenCase, PutCadre, PutDuty, TakeFinding
from services.accountability.application.use_cases import AccountabilityUseCases
from services.accountability.domain.case import Case
from services.accountability.domain.finding import Finding
from services.accountability.domain.registers import CadreCard, DutyTerms
from services.accountability.domain.rules import RuleBook
from shared.contracts import findings, registry
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.contracts.working_days import load_calendar
from shared.messaging.batch import Batch
from shared.persistence.ids import new_id
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction
from tests.support.service import as_received

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "deploy/demo"
VOCABULARY = Vocabulary.load(DEMO / "vocabulary.yaml")
AREAS = Areas.load(DEMO / "areas.csv")
RULES = load_rules(ROOT / "deploy/county", VOCABULARY)
CLOCK_RULES = load_clock_rules(ROOT / "deploy/county", VOCABULARY)
CALENDAR = load_calendar(ROOT / "deploy/county")
LEGALITY = load_legality(ROOT / "deploy/county", VOCABULARY)
COUNTY, TOWNSHIP, VILLAGE = "990100", "990100001", "990100001001"
OFFICE = Claims("office-1", "office", COUNTY)
COMMISSION = Claims("commission-1", "commission", COUNTY)
NOW = datetime(2026, 2, 25, 1, 0, tzinfo=UTC)


def state(finding: str, **told: Any) -> dict[str, Any]:
    """The data of a `finding.*` event; `told` changes what matters to a test."""
    data: dict[str, Any] = {
        "finding": finding,
        "number": "督〔2026〕1号",
        "version": 1,
        "source_ref": None,
        "team": "T-COUNTY",
        "method": "inspection",
        "found_at": "2026-02-20T10:00:00+08:00",
        "posted_at": "2026-02-20T11:00:00+08:00",
        "area": VILLAGE,
        "area_name": "凤栖社区",
        "place": {"name": "凤栖小区", "kind": "residential"},
        "category": "access_control",
        "severity": "moderate",
        "description": "小区北门无人值守",
        "suggestion": None,
        "immediate": False,
        "deadline": "2026-03-03",
        "due_at": "2026-03-03T16:00:00+00:00",
        "count": 1,
        "group": None,
        "units": [TOWNSHIP],
        "named_responsible": [],
        "status": "issued",
        "flags": {"overdue": False, "supervised": False},
        "returned_count": 0,
        "extensions": 0,
        "evidence": [],
        "recurrence_of": None,
        "historical": False,
        "change": {"move": "posted", "at": "2026-02-20T11:00:00+08:00", "by": "supervisor", "note": None},
    }
    data.update(told)
    registry.validate(findings.PRODUCER, findings.FINDING_POSTED_V1, data)
    return data


def event(data: Mapping[str, Any], sequence: int = 1, type: str = findings.FINDING_POSTED_V1) -> Event:
    """An event of the findings service that tells this state."""
    event_id = new_id()
    return Event(event_id, "findings", type, data["finding"], NOW, sequence, event_id, None, dict(data))


def posted(finding: str, **told: Any) -> Event:
    """The first event of a finding."""
    return event(state(finding, **told))


def withdrawn(finding: str, sequence: int = 2, **told: Any) -> Event:
    """Its withdrawal."""
    change = {"move": "withdrawn", "at": "2026-02-24T11:00:00+08:00", "by": "supervisor", "note": None}
    data = state(finding, status="withdrawn", change=change, version=2, **told)
    return event(data, sequence, findings.FINDING_WITHDRAWN_V1)


def a_finding(finding: str = "f-1", **told: Any) -> Finding:
    """A finding as the domain knows it."""
    return TakeFinding.from_data(state(finding, **told)).finding


class World:
    """The use cases over a database in memory. `now` may be set; ids count up, so that answers are repeatable."""

    def __init__(self, rules: RuleBook = RULES) -> None:
        self.now = NOW
        self.database = MemoryDatabase(INDEXES)
        self._cache = RegistersCache()
        self._ids = 0
        self.do = AccountabilityUseCases(rules, LEGALITY, lambda: self.now, self._id)
        clock_ids = itertools.count(1)
        # Ids of their own: those of everything else stay the same whichever clocks the county has.
        self.clocks = Clocks(CLOCK_RULES, CALENDAR, lambda: f"clock-{next(clock_ids):04}")
        self._batch = Batch(app=self, handlers={}, other=self._handle, alive=lambda: None)

    def _id(self) -> str:
        self._ids += 1
        return f"id-{self._ids:04}"

    def _handle(self, one: Event, work: UnitOfWork) -> None:
        if one.source == "findings":
            self.do.take_finding(work, TakeFinding.from_data(one.data))
        elif command := NoteReceipt.from_data(one.data):
            self.do.note_receipt(work, command)

    def unit_of_work(self, transaction: Transaction) -> UnitOfWork:
        return UnitOfWork(transaction, self._cache, self.clocks)

    def prefetch(self, work: UnitOfWork, events: Any) -> None:
        self.do.prefetch(work, events)

    def work(self, act: Any) -> Any:
        """One transaction."""
        return self.database.transact(lambda transaction: act(self.unit_of_work(transaction)))

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction; the outcome of each event."""
        return self._batch.apply([as_received(one) for one in events])

    def cadre(
        self, cadre: str, name: str = "李建国", area: str = VILLAGE, active: bool = True, identity: Any = ()
    ) -> None:
        card = CadreCard(name, "书记", "居委会", area, tuple(identity), active)
        self.work(lambda work: self.do.put_cadre(work, PutCadre(cadre, card, OFFICE, lambda version: None)))

    def duty(self, duty: str, cadre: str, area: str = VILLAGE, role: str = "direct", **terms: Any) -> None:
        told = DutyTerms(cadre, area, role, **terms)
        self.work(lambda work: self.do.put_duty(work, PutDuty(duty, told, OFFICE, lambda version: None)))

    def person(self, cadre: str, area: str = VILLAGE, role: str = "direct", **terms: Any) -> None:
        """A cadre with one duty."""
        self.cadre(cadre, area=area)
        self.duty(f"{cadre}-1", cadre, area, role, **terms)

    def load_demo(self) -> list[dict[str, Any]]:
        """The demo county's cadres and duties."""
        rows = [
            row for row in read((DEMO / "cadres.csv").read_bytes(), VOCABULARY, AREAS)
            if isinstance(row, CadreRow)
        ]  # fmt: skip
        return list(self.work(lambda work: self.do.import_rows(work, rows, OFFICE)))

    def retry(self, limit: int = 100) -> int:
        """What the timer does after a change of the registers."""
        return int(self.work(lambda work: self.do.try_unassigned(work, limit)))

    def open_case(self, *findings_: str, by: Claims = COMMISSION) -> Case:
        case: Case = self.work(
            lambda work: self.do.open_case(work, OpenCase(findings_, "due care was not taken", by))
        )
        return case

    def all(self, collection: str) -> list[dict[str, Any]]:
        """Every stored document of a collection."""
        return list(self.database.collections.get(collection, {}).values())

    def one(self, collection: str) -> dict[str, Any]:
        """The only document of a collection."""
        (found,) = self.all(collection)
        return found

    def told(self, prefix: str = "") -> list[Event]:
        """What the outside was told, in order."""
        events = [decode(row["body"]) for row in self.all("outbox")]
        return [one for one in events if one.type.startswith(prefix)]
