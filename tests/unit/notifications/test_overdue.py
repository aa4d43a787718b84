"""Who is told when a finding is overdue, and when a clock of it runs out."""

import pytest

from tests.unit.notifications.events import DIRECT, LINE, PRINCIPAL, UNIT, clock_due, overdue
from tests.unit.notifications.world import World


@pytest.mark.parametrize(
    ("level", "recipients"),
    [(1, ["C001"]), (2, ["C001", "C004"]), (3, ["C001", "C004", "C005"]), (4, [])],
)
def test_the_higher_the_level_the_higher_the_leader(level, recipients):
    world = World()
    world.deliver(overdue("f-1", level))
    assert world.recipients(event_type="finding.overdue.v1") == recipients


def test_each_level_is_a_notice_of_its_own():
    world = World()
    world.deliver(overdue("f-1", 1), overdue("f-1", 2), overdue("f-1", 2))
    assert [one["recipient"] for one in world.notices(recipient="C001")] == ["C001", "C001"]
    assert len(world.notices()) == 3


def test_the_nearest_leader_stands_first_and_is_told():
    world = World()
    nearer = {**LINE, "cadre": "C010"}
    world.deliver(overdue("f-1", 2, [DIRECT, nearer, LINE, PRINCIPAL]))
    assert world.recipients() == ["C001", "C010"]


def test_a_leader_is_told_where_there_is_no_direct_person_and_nobody_where_there_is_nobody():
    world = World()
    world.deliver(overdue("f-1", 1, [LINE, PRINCIPAL]), overdue("f-2", 1, []))
    assert world.recipients() == ["C004"]


def test_a_serious_finding_is_mailed_at_once_and_a_moderate_one_with_the_digest():
    world = World()
    world.reachable("C001")
    world.deliver(overdue("f-1", 1))
    world.deliver(overdue("f-2", 1, severity="moderate"))
    (letter,) = world.send()
    assert "整改逾期" in letter.text.subject


@pytest.mark.parametrize(
    ("rule", "recipients"),
    [
        ("due_soon", ["C001", UNIT]),
        ("review", ["office", UNIT]),
        ("unverified", ["office", "team:T-COUNTY"]),
        ("statutory", []),
    ],
)
def test_a_clock_of_a_finding_is_told_to_those_who_can_do_something_about_it(rule, recipients):
    world = World()
    event = clock_due("f-1", rule, review_on="2026-02-25", reported_at="2026-02-16T16:30:00+08:00")
    world.deliver(event)
    assert world.recipients(event_type="clock.due.v1") == recipients


def test_a_clock_that_is_not_of_a_finding_is_told_to_nobody():
    world = World()
    clock = {"rule": "due_soon", "stage": "before_service", "due_at": "2026-02-25T09:00:00+08:00"}
    world.deliver(clock_due("f-1", "due_soon", clock=clock))
    assert world.notices() == []


def test_an_old_ledger_tells_nobody():
    world = World()
    world.deliver(overdue("f-1", 1, historical=True), clock_due("f-1", "due_soon", historical=True))
    assert world.notices() == []
