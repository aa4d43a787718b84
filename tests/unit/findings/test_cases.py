"""`flags.referred`: who learns that a finding is in a case."""

import pytest

from services.findings.application.commands import FollowCase
from shared.contracts.claims import Claims
from tests.unit.findings.world import COMMISSION, COUNTY, OFFICE, TEAM, UNIT, World

AUDITOR = Claims("auditor-1", "auditor", COUNTY)
APPROVER = Claims("approver-1", "approver", COUNTY)


@pytest.fixture
def world() -> World:
    return World()


def told(world: World, finding: str, **state: object) -> None:
    event = {"case": "case-1", "status": "opened", "findings": [finding], "restricted": False, **state}
    world.work(lambda work: world.do.follow_case(work, FollowCase.from_event(event)))


def who_sees(world: World, finding: str) -> set[str]:
    readers = (TEAM, UNIT, OFFICE, COMMISSION, APPROVER, AUDITOR)
    return {by.role for by in readers if world.ask.finding(finding, by)["flags"]["referred"]}


def test_a_case_shows_to_those_who_may_know_of_cases(world: World) -> None:
    finding = world.post()["id"]
    assert who_sees(world, finding) == set()
    told(world, finding)
    assert who_sees(world, finding) == {"commission", "approver", "auditor"}
    told(world, finding, status="closed")
    assert who_sees(world, finding) == set()


def test_a_restricted_one_shows_to_the_auditor_alone_until_it_is_opened_up(world: World) -> None:
    finding = world.post()["id"]
    told(world, finding)
    told(world, finding, restricted=True)
    assert who_sees(world, finding) == {"auditor"}
    told(world, finding, restricted=False)
    assert who_sees(world, finding) == {"commission", "approver", "auditor"}
    told(world, finding, restricted=True, status="dismissed")
    assert who_sees(world, finding) == set()
