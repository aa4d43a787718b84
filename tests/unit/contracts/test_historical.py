"""An old ledger through all four services in memory: it is counted, and nothing follows from it."""

from typing import Any

import pytest

from services.accountability.adapters import indexes
from services.reporting.domain.fact import Fact
from shared.contracts.envelope import Event, decode
from shared.settings import ServiceSettings
from tests.support.county import a_finding
from tests.unit.accountability.world import World as Accountability
from tests.unit.findings.evidence_world import OFFICE
from tests.unit.findings.evidence_world import World as Findings
from tests.unit.findings.sheets import post_lines
from tests.unit.notifications.world import World as Notifications
from tests.unit.reporting.test_statistics import figures
from tests.unit.reporting.world import World as Reporting

VILLAGE = "990100001001"


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What findings tells of a ledger in which the worst has happened."""
    monkeypatch.setenv("DUZE_JWT_KEY", "a-key-made-up-for-the-tests")
    world = Findings(ServiceSettings.from_env("findings"))
    old: dict[str, Any] = {"found_at": "2026-02-01T10:00:00+08:00", "area": VILLAGE, "severity": "critical"}
    lines = [
        {**a_finding(), **old, "status": "closed", "reported_on": "2026-02-10", "closed_on": "2026-02-20"},
        {**a_finding(), **old, "status": "issued"},
        {**a_finding(), **old, "status": "rectifying", "area": "990100"},
    ]
    assert post_lines(world, *lines, by=OFFICE)["accepted"] == 3
    while world.app.do_due(world.now):
        pass
    rows = world.database.collections["outbox"].values()
    return [decode(row["body"]) for row in rows]


def test_nothing_follows_from_an_old_ledger_in_any_service(events: list[Event]) -> None:
    assert [event.type for event in events] == ["finding.posted.v1"] * 3
    accountability, notifications, reporting = Accountability(), Notifications(), Reporting()
    assert accountability.deliver(*events) == ["applied"] * 3
    told = accountability.told()
    assert {event.type for event in told} <= {"responsibility.assigned.v1"}
    for collection in (indexes.WARNINGS, indexes.CASES, indexes.UNASSIGNED, indexes.TALLIES):
        assert accountability.all(collection) == [], collection
    notifications.deliver(*told)
    assert (notifications.notices(), notifications.all("told")) == ([], [])
    reporting.deliver(*events, *told)
    assert reporting.balances() == {
        VILLAGE: {"historical.closed": 1, "historical.issued": 1},
        "990100": {"historical.rectifying": 1},
    }


def test_it_stands_in_the_statistics_without_being_overdue_or_measured_from_its_posting(
    events: list[Event],
) -> None:
    facts = [Fact(event.subject) for event in events]
    for fact, event in zip(facts, events, strict=True):
        fact.take(event)
    row = figures(*facts)
    assert (row["posted"], row["closed"], row["open"], row["overdue"]) == (3, 1, 2, 0)
    assert row["median_days"] is None
