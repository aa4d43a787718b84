"""What waits for whom: an item is there while its move is open to the caller, and gone once it is made."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.findings.adapters.todo import TodoRepository
from services.findings.application import commands
from services.findings.application.todo import Todos
from services.findings.domain import oversight
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Stamp
from shared.contracts.claims import Claims
from tests.unit.findings.world import (
    APPROVER,
    AREAS,
    COMMISSION,
    DESKS,
    ELSEWHERE,
    NOW,
    OFFICE,
    OTHER_TEAM,
    TEAM,
    UNIT,
    VOCABULARY,
    World,
)

VERIFIER = replace(TEAM, sub="s-9")


@pytest.fixture
def world() -> World:
    return World()


def todo(
    world: World, by: Claims, behind: tuple[datetime, str] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    todos = Todos(DESKS, AREAS.name, lambda: world.now)
    return world.database.transact(lambda tx: todos.of(TodoRepository(tx), by, behind, limit))


def whats(world: World, by: Claims) -> list[str]:
    return [one["what"] for one in todo(world, by)]


def report(world: World, finding: str) -> None:
    world.move("report", commands.Report, finding, UNIT, measures="已整改", completed_on=NOW.date())


def test_a_finding_goes_from_hand_to_hand(world: World) -> None:
    finding = world.post()["id"]
    assert [whats(world, by) for by in (UNIT, TEAM, APPROVER, OFFICE)] == [["accept"], [], [], []]
    world.move("accept", commands.Accept, finding, UNIT)
    assert whats(world, UNIT) == ["rectify"]
    report(world, finding)
    assert [whats(world, by) for by in (UNIT, VERIFIER, OTHER_TEAM)] == [[], ["verify"], []]
    world.move("verify", commands.Verify, finding, VERIFIER, result="fail", note="还有")
    assert whats(world, UNIT) == ["returned"]
    report(world, finding)
    world.move("verify", commands.Verify, finding, VERIFIER, result="pass")
    assert [whats(world, by) for by in (UNIT, VERIFIER)] == [[], []]


def test_an_item_tells_what_it_is_about_when_it_is_due_and_what_can_be_done(world: World) -> None:
    finding = world.post()
    (item,) = todo(world, UNIT)
    assert (item["id"], item["number"], item["due"]) == (finding["id"], finding["number"], finding["due_at"])
    assert item["about"] == finding["area_name"] + "东门"
    assert {"accept", "report", "dispute"} <= set(item["moves"])


def test_what_is_asked_waits_for_the_approver_until_it_is_decided(world: World) -> None:
    one, two, three = (world.post(description=f"第 {n} 处没有人值守")["id"] for n in range(3))
    world.move("dispute", commands.Dispute, one, UNIT, grounds="不属实")
    until = (NOW + timedelta(days=60)).date()
    world.move("extend", commands.Extend, two, UNIT, until=until, reason="雨")
    world.move("refer", commands.Refer, two, TEAM, reason="屡查屡犯")
    world.move("accept", commands.Accept, three, UNIT)
    review = (NOW + timedelta(days=9)).date()
    world.move("block", commands.Block, three, UNIT, reason="封路", needs="通车", review_on=review)
    assert sorted(whats(world, APPROVER)) == ["block", "dispute", "extension", "referral"]
    assert whats(world, OFFICE) == ["block"]
    world.move("decide", commands.Decide, one, APPROVER, result="upheld")
    world.move("decide_extension", commands.DecideExtension, two, APPROVER, result="granted")
    world.move("decide_referral", commands.DecideReferral, two, APPROVER, result="refused", reason="轻微")
    world.move("decide_block", commands.DecideBlock, three, OFFICE, result="granted")
    assert [whats(world, by) for by in (APPROVER, OFFICE)] == [[], []]


def test_a_block_waits_for_its_unit_from_the_review_day_on(world: World) -> None:
    finding = world.post()["id"]
    world.move("accept", commands.Accept, finding, UNIT)
    review = (NOW + timedelta(days=3)).date()
    world.move("block", commands.Block, finding, UNIT, reason="封路", needs="通车", review_on=review)
    assert whats(world, UNIT) == []
    world.now += timedelta(days=3)
    assert whats(world, UNIT) == ["review"]


def test_a_report_that_waits_too_long_waits_for_the_office_too(world: World) -> None:
    finding = world.post()["id"]
    report(world, finding)
    assert whats(world, OFFICE) == []
    world.now += timedelta(days=30)
    assert whats(world, OFFICE) == ["unverified"]
    assert whats(world, VERIFIER) == ["verify"]


def test_nothing_waits_for_others_or_for_another_area(world: World) -> None:
    world.post()
    assert whats(world, COMMISSION) == []
    assert whats(world, replace(UNIT, area=ELSEWHERE)) == []
    assert whats(world, replace(TEAM, team=None)) == []


def test_every_kind_has_its_chinese_title() -> None:
    kinds = {"accept", "rectify", "returned", "review", "self_check", "verify", "unverified", "revisit"}
    assert kinds | {"dispute", "extension", "block", "referral"} <= VOCABULARY.codes("todo")


def test_a_revisit_waits_for_its_team_from_its_day_on_until_somebody_went(world: World) -> None:
    finding = world.post(severity="critical")["id"]
    world.close(finding)
    assert whats(world, VERIFIER) == []
    world.now += timedelta(days=DESKS.revisits.days - 1)
    assert whats(world, VERIFIER) == []
    world.now += timedelta(days=1)
    assert [whats(world, by) for by in (VERIFIER, OTHER_TEAM)] == [["revisit"], []]
    world.now += timedelta(days=400)
    assert whats(world, VERIFIER) == ["revisit"], "it waits as long as nobody has been there"
    world.work(lambda work: gone_to(work, finding, world.now))
    assert whats(world, VERIFIER) == []


def gone_to(work: Any, finding: str, at: datetime) -> None:
    found = work.findings.get(finding)
    oversight.revisit(found, Stamp(Actor("s-9", "supervisor"), at), recurrence=None, note=None)
    work.findings.save(found)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_most_urgent_come_first_however_many_wait_and_the_next_page_goes_on_behind_them(
    world: World, limit: int
) -> None:
    days = [(NOW + timedelta(days=30 - n // 2)).date() for n in range(6)]
    for n, day in enumerate(days):
        world.post(description=f"第 {n} 处", deadline=day)
    shown: list[dict[str, Any]] = []
    while page := todo(world, UNIT, (shown[-1]["due"], shown[-1]["id"]) if shown else None, limit):
        assert len(page) == min(limit, 6 - len(shown))
        shown += page
    assert shown == sorted(shown, key=lambda one: (one["due"], one["id"]))
    assert len({one["id"] for one in shown}) == 6
