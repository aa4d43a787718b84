"""Provisional deadlines and the period of dispute: data that is announced later, and holds from the day of posting."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.findings.adapters.county import load_rules
from services.findings.application import commands
from services.findings.domain.deadlines import DisputePeriod
from shared.contracts.errors import DataFileError
from shared.contracts.working_days import load_calendar
from tests.unit.findings.world import ELSEWHERE, OFFICE, ROOT, UNIT, VOCABULARY, World

COUNTY_DIR = ROOT / "deploy/county"
CALENDAR = load_calendar(COUNTY_DIR)
# New Year's Day 2027 as a later announcement would have it, with two days that nobody could foresee.
ANNOUNCED = replace(
    CALENDAR,
    exceptions={**CALENDAR.exceptions, date(2027, 1, 1): False, date(2027, 1, 4): False, date(2027, 1, 5): False},
    years=CALENDAR.years | {2027},
)  # fmt: skip
YEAR_END = datetime(2026, 12, 29, 2, tzinfo=UTC)


def recompute(world: World) -> int:
    return int(world.work(world.do.recompute_deadlines))


@pytest.fixture
def world() -> World:
    world = World()
    world.now = YEAR_END
    return world


def test_a_deadline_in_a_year_without_calendar_is_provisional_until_that_is_known(world: World) -> None:
    posted = world.post()
    assert (posted["deadline"], posted["deadline_provisional"]) == (date(2027, 1, 7), True)
    assert recompute(world) == 0
    world.know(ANNOUNCED)
    assert recompute(world) == 1
    known = world.ask.finding(posted["id"], OFFICE)
    assert (known["deadline"], known["deadline_provisional"]) == (date(2027, 1, 12), False)
    assert recompute(world) == 0
    event = world.told(posted["id"])[-1]
    assert (event.type, event.data["deadline"], event.data["change"]["by"]) == (
        "finding.amended.v1", "2027-01-12", "system",
    )  # fmt: skip


def test_what_it_waited_stays_when_its_deadline_is_recomputed(world: World) -> None:
    finding = world.post()["id"]
    world.move("extend", commands.Extend, finding, UNIT, until=date(2027, 2, 1), reason="缺料")
    world.now += timedelta(hours=30)
    world.move(
        "decide_extension",
        commands.DecideExtension,
        finding,
        replace(OFFICE, role="approver"),
        result="refused",
    )
    world.know(ANNOUNCED)
    recompute(world)
    due = datetime(2027, 1, 12, 16, tzinfo=UTC) + timedelta(hours=30)
    assert world.ask.finding(finding, OFFICE)["due_at"] == due


def test_a_transferred_finding_is_recomputed_from_its_transfer(world: World) -> None:
    finding = world.post()["id"]
    world.now += timedelta(days=1)
    world.move(
        "transfer", commands.Transfer, finding, OFFICE, area=ELSEWHERE, unit=ELSEWHERE[:9], reason="属地有误"
    )
    world.know(ANNOUNCED)
    recompute(world)
    fresh = world.post(area=ELSEWHERE)
    assert world.ask.finding(finding, OFFICE)["due_at"] == fresh["due_at"]


def test_what_is_settled_and_what_a_team_set_itself_are_left_alone(world: World) -> None:
    closed = world.post(found_at=datetime(2026, 2, 11, tzinfo=UTC))["id"]
    world.close(closed)
    own = world.post(deadline=date(2027, 1, 4))["id"]
    world.know(ANNOUNCED)
    assert recompute(world) == 0
    assert world.ask.finding(own, OFFICE)["deadline"] == date(2027, 1, 4)


def test_a_year_that_is_known_beyond_one_that_is_not_ends_nothing(world: World) -> None:
    world.post()
    world.know(replace(CALENDAR, years=CALENDAR.years | {2028}))
    assert recompute(world) == 0


def test_the_period_of_dispute_is_the_one_in_force_on_the_day_of_posting() -> None:
    rules = load_rules(COUNTY_DIR, VOCABULARY)
    posted_at = datetime(2026, 2, 11, 15, 59, tzinfo=UTC)
    assert rules.dispute_until(posted_at) == datetime(2026, 3, 13, 16, tzinfo=UTC)
    later = replace(rules, disputes=[*rules.disputes, DisputePeriod(10, date(2026, 2, 12))])
    assert later.dispute_until(posted_at) == rules.dispute_until(posted_at)
    assert later.dispute_until(posted_at + timedelta(minutes=1)) == datetime(2026, 2, 22, 16, tzinfo=UTC)


def test_a_period_that_cannot_be_stops_the_start_with_file_and_line(tmp_path: Path) -> None:
    text = (COUNTY_DIR / "deadlines.yaml").read_text(encoding="utf-8")
    (tmp_path / "deadlines.yaml").write_text(
        text.replace("\n    days: 30", "\n    days: 0"), encoding="utf-8"
    )
    with pytest.raises(DataFileError, match=r"deadlines\.yaml, line \d+: dispute\.0\.days"):
        load_rules(tmp_path, VOCABULARY)
