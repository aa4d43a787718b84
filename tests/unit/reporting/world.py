"""Builders: the service over its in-memory twin, and events as the other services would send them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.reporting.adapters import documents
from services.reporting.adapters.mongo import BALANCES, INDEXES, ReportingWork
from services.reporting.adapters.rollups import ENOUGH, ROLLUPS, cells, fold
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.application.use_cases import ReportingUseCases
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import Filters
from services.reporting.domain.statistics import Cell
from shared.contracts import registry
from shared.contracts.areas import Areas
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary
from shared.messaging.batch import Batch
from shared.persistence.ids import new_id
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction
from tests.support.service import as_received

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "deploy/demo"
VOCABULARY = Vocabulary.load(DEMO / "vocabulary.yaml")
AREAS = Areas.load(DEMO / "areas.csv")
COUNTY, TOWNSHIP, VILLAGE = "990100", "990100001", "990100001001"
NOW = datetime(2026, 2, 25, 1, 0, tzinfo=UTC)
ASSIGNED, UNRESOLVED = "responsibility.assigned.v1", "responsibility.unresolved.v1"
_STATUS_OF = {
    "posted": "issued",
    "accepted": "rectifying",
    "reported": "reported",
    "returned": "rectifying",
    "closed": "closed",
    "blocked": "blocked",
    "resumed": "rectifying",
    "disputed": "disputed",
    "withdrawn": "withdrawn",
    "amended": "issued",
    "transferred": "issued",
    "overdue": "rectifying",
}


def finding_state(finding: str, **told: Any) -> dict[str, Any]:
    """The data of a `finding.*` event; `told` changes what matters to a test."""
    return {
        "finding": finding,
        "number": f"督〔2026〕{finding}号",
        "version": 1,
        "source_ref": None,
        "team": "T05",
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
        "due_at": "2026-03-04T00:00:00+08:00",
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
        "reported_at": None,
        "closed_at": None,
        "change": {"move": "posted", "at": "2026-02-20T11:00:00+08:00", "by": "supervisor"},
    } | told


def event(
    type: str,
    subject: str,
    data: dict[str, Any],
    sequence: int = 1,
    at: datetime = NOW,
    id: str | None = None,
    source: str | None = None,
) -> Event:
    """An event as its producer would send it: the data must fit the contract."""
    source = source or registry.sources(type)[0]
    registry.validate(source, type, data)
    event_id = id or new_id()
    return Event(event_id, source, type, subject, at, sequence, event_id, None, data)


def moved(finding: str, move: str = "posted", sequence: int = 1, at: datetime = NOW, **told: Any) -> Event:
    """A move of a finding, told by its whole state after it."""
    change = {"move": move, "at": at.isoformat(), "by": "supervisor"}
    state = finding_state(
        finding, **{"status": _STATUS_OF[move], "change": change, "version": sequence} | told
    )
    return event(f"finding.{move}.v1", finding, state, sequence, at)


def assigned(
    finding: str, *cadres: tuple[str, str], sequence: int = 1, at: datetime = NOW, type: str = ASSIGNED
) -> Event:
    """Who answers for a finding: (cadre, role) each."""
    state = finding_state(finding)
    people = [{"cadre": one, "name": f"{one}某", "role": role, "area": VILLAGE} for one, role in cadres]
    data = {
        "finding": finding,
        "version": sequence,
        "as_of": "2026-02-20",
        "responsible": people,
        "missing": None if people else "all",
        "unknown_cadres": [],
        "summary": {name: value for name, value in state.items() if name in _SUMMARY},
        "assigned_at": at.isoformat(),
        "change": {"move": "assigned", "at": at.isoformat(), "by": "system"},
    }
    subject = finding if type == ASSIGNED else f"unassigned-{finding}"
    return event(type, subject, data, sequence, at)


_SUMMARY = (
    "finding", "number", "team", "found_at", "posted_at", "area", "area_name", "place", "category", "severity",
    "description", "suggestion", "immediate", "deadline", "due_at", "count", "units", "historical",
)  # fmt: skip


def noticed(
    finding: str,
    recipient: str,
    status: str = "queued",
    sequence: int = 1,
    at: datetime = NOW,
    about: str = ASSIGNED,
    **told: Any,
) -> Event:
    """A notice to a recipient, in this status; `about` is the type of the event that caused it."""
    notice = f"{finding}-{recipient}-{about}"
    data = {
        "notice": notice,
        "recipient": recipient,
        "event": f"cause-of-{notice}",
        "event_type": about,
        "finding": finding,
        "case": None,
        "warning": None,
        "status": status,
        "channels": ["inbox"],
        "queued_at": "2026-02-20T11:00:05+08:00",
        "sent_at": None,
        "read_at": None,
        "signed_at": at.isoformat() if status == "signed" else None,
        "signed_by": None,
        "version": sequence,
        "change": {"move": status, "at": at.isoformat(), "by": "system"},
    } | told
    return event(f"notice.{status}.v1", notice, data, sequence, at)


def warned(finding: str, cadre: str, sequence: int = 1, status: str = "issued", at: datetime = NOW) -> Event:
    """A warning to a cadre."""
    warning = f"warning-{finding}-{cadre}"
    state = finding_state(finding)
    data = {
        "warning": warning,
        "finding": finding,
        "cadre": cadre,
        "name": f"{cadre}某",
        "status": status,
        "because": [{"rule": "serious", "version": 1, "facts": {}}],
        "summary": {name: value for name, value in state.items() if name in _SUMMARY},
        "issued_at": at.isoformat(),
        "version": sequence,
        "change": {"move": status, "at": at.isoformat(), "by": "system"},
    }
    return event(f"warning.{'revoked' if status == 'revoked' else 'issued'}.v1", warning, data, sequence, at)


def case(
    case: str,
    findings: Sequence[str],
    sequence: int = 1,
    status: str = "opened",
    restricted: bool = False,
    at: datetime = NOW,
) -> Event:
    """A case on findings."""
    data = {
        "case": case,
        "status": status,
        "findings": list(findings),
        "areas": [VILLAGE],
        "persons": ["C001"],
        "because": [],
        "suggested": [],
        "restricted": restricted,
        "opened_at": at.isoformat(),
        "version": sequence,
        "change": {"move": status, "at": at.isoformat(), "by": "system"},
    }
    kinds = {"opened": "opened", "closed": "closed", "dismissed": "dismissed"}
    return event(f"case.{kinds.get(status, 'advanced')}.v1", case, data, sequence, at)


def measured(
    measure: str,
    status: str = "decided",
    sequence: int = 1,
    served: bool = False,
    at: datetime = NOW,
    **told: Any,
) -> Event:
    """A measure of a case."""
    data = {
        "measure": measure,
        "case": "case-1",
        "findings": ["f-1"],
        "areas": [VILLAGE],
        "restricted": False,
        "handlers": [],
        "cadre": "C001",
        "name": "李某某",
        "kind": "admonition_talk",
        "family": "talk",
        "tier": 1,
        "form": "talk",
        "responsibility": "direct",
        "deciding_body": "county_discipline_commission",
        "decided_on": "2026-02-24",
        "decision_no": None,
        "publish": False,
        "status": status,
        "effect": None,
        "served": {"method": "in_person", "at": at.isoformat()} if served else None,
        "appeal_until": None,
        "version": sequence,
        "change": {"move": status, "at": at.isoformat(), "by": "commission"},
    } | told
    move = {"served": "served", "revoked": "revoked", "expired": "expired"}.get(status, "decided")
    return event(f"measure.{move}.v1", measure, data, sequence, at)


def life(finding: str, begin: datetime = NOW, **told: Any) -> list[Event]:
    """A common life up to the closing, each event an hour after the other."""
    hours = iter(range(100))

    def later() -> datetime:
        return begin + timedelta(hours=next(hours))

    posted_at = begin.isoformat()
    told = {"posted_at": posted_at} | told
    first = moved(finding, "posted", 1, later(), **told)
    second = assigned(finding, ("C001", "direct"), ("C004", "line_leader"), at=later())
    notices = [noticed(finding, who, at=later()) for who in ("C001", "unit:990100001")]
    signed = noticed(finding, "C001", "signed", 2, later())
    accepted = moved(finding, "accepted", 2, later(), **told)
    reported_at = later()
    reported = moved(finding, "reported", 3, reported_at, **told | {"reported_at": reported_at.isoformat()})
    closed_at = later()
    ends = {"reported_at": reported_at.isoformat(), "closed_at": closed_at.isoformat()}
    return [
        first, second, *notices, signed, accepted, reported,
        moved(finding, "closed", 4, closed_at, **told | ends),
    ]  # fmt: skip


class World:
    """The use cases over a database in memory, behind the inbox as in the worker."""

    def __init__(self) -> None:
        self.database = MemoryDatabase(INDEXES)
        self.do = ReportingUseCases()
        self._batch = Batch(app=self, handlers={}, other=self._take, alive=lambda: None)

    def unit_of_work(self, transaction: Transaction) -> ReportingWork:
        return ReportingWork(transaction)

    def prefetch(self, work: ReportingWork, events: Sequence[Event]) -> None:
        self.do.prefetch(work, events)

    def stale(self, work: ReportingWork, event: Event) -> None:
        self.do.keep(work, event)

    def _take(self, event: Event, work: ReportingWork) -> None:
        self.do.take(work, event)

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction."""
        return self._batch.apply([as_received(one) for one in events])

    def fact(self, finding: str) -> Fact:
        return documents.to_fact(self._documents(FACTS)[finding])

    def state(self, finding: str) -> dict[str, Any]:
        """What the finding itself says."""
        state = self.fact(finding).state
        assert state is not None, f"{finding} is a stub"
        return state

    def facts(self) -> dict[str, Fact]:
        """All of which anything is known: an empty one says no more than none."""
        facts = {key: documents.to_fact(one) for key, one in self._documents(FACTS).items()}
        return {key: fact for key, fact in facts.items() if fact != Fact(key)}

    def archived(self) -> list[Event]:
        return [documents.to_event(one) for one in self._documents(ARCHIVE).values()]

    def fold(self, most: int = ENOUGH) -> bool:
        """As the worker does now and then."""
        return self.database.transact(lambda transaction: fold(transaction, most=most))

    def rollups(self) -> dict[str, Any]:
        """Those that were kept, by their ids."""
        return dict(self._documents(ROLLUPS))

    def cells(self, filters: Filters, by: str, now: datetime = NOW) -> list[Cell]:
        """Of statistics, out of the rollups."""
        return self.database.transact(lambda transaction: cells(transaction.find, filters, by, now))

    def balances(self) -> dict[str, dict[str, int]]:
        """By area, without areas where nothing is counted."""
        kept = {area: dict(one["counts"]) for area, one in self._documents(BALANCES).items()}
        return {area: counts for area, counts in kept.items() if counts}

    def _documents(self, collection: str) -> dict[str, Any]:
        return self.database.collections.get(collection, {})


def chunks(events: Sequence[Event], size: int) -> Iterator[Sequence[Event]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]
