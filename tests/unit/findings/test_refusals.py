"""The order of refusals of a move: 422, then 403 for area or team, then 412, then 409 (contract section 2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.findings.application import commands
from services.findings.application.merging import Merging
from services.findings.domain.errors import ForbiddenError, InvalidError, InvalidTransitionError
from tests.unit.findings.world import (
    APPROVER,
    ELSEWHERE,
    NOW,
    OFFICE,
    OTHER_TEAM,
    TEAM,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    World,
)


class SeenAnotherVersionError(Exception):
    """What the caller has seen of it is old."""


def stale(_version: int) -> None:
    raise SeenAnotherVersionError


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("name", "command", "by", "told"),
    [
        ("report", commands.Report, UNIT, {"measures": "已整改", "completed_on": NOW.date() + timedelta(days=3)}),
        ("extend", commands.Extend, UNIT, {"until": NOW.date(), "reason": "设备未到"}),
        ("progress", commands.Progress, UNIT, {"done": 9, "note": "已完成"}),
        (
            "plan", commands.Plan, UNIT,
            {"measures": "值守", "person": "李某某", "due": NOW.date() - timedelta(days=3)},
        ),
        (
            "block", commands.Block, UNIT,
            {"reason": "缺设备", "needs": "测温枪", "review_on": NOW.date() - timedelta(days=3)},
        ),
        ("transfer", commands.Transfer, OFFICE, {"area": VILLAGE, "unit": TOWNSHIP, "reason": "属地有误"}),
        ("attach", commands.Attach, OTHER_TEAM, {"ids": ["nothing"], "note": "夜间照片"}),
    ],
)  # fmt: skip
def test_values_that_cannot_be_right_are_told_before_an_old_version(
    world: World, name: str, command: type, by: Any, told: dict[str, Any]
) -> None:
    finding = world.post()["id"]
    with pytest.raises(InvalidError):
        world.move(name, command, finding, by, **told, require_version=stale)


def test_an_area_or_a_team_that_is_not_the_callers_is_told_before_an_old_version(world: World) -> None:
    finding = world.post()["id"]
    of_township = replace(OFFICE, area=TOWNSHIP)
    away = {"area": ELSEWHERE, "unit": ELSEWHERE[:9], "reason": "属地有误"}
    with pytest.raises(ForbiddenError):
        world.move("transfer", commands.Transfer, finding, of_township, **away, require_version=stale)
    with pytest.raises(ForbiddenError):
        world.move("withdraw", commands.Withdraw, finding, OTHER_TEAM, reason="误报", require_version=stale)


@pytest.mark.parametrize(
    ("name", "command", "told"),
    [
        ("report", commands.Report, {"measures": "已整改", "completed_on": NOW.date() + timedelta(days=3)}),
        ("extend", commands.Extend, {"until": NOW.date() - timedelta(days=9), "reason": "设备未到"}),
        ("progress", commands.Progress, {"done": 9, "note": "已完成"}),
        ("plan", commands.Plan, {"measures": "值守", "person": "李某某", "due": NOW.date() - timedelta(days=3)}),
        (
            "block", commands.Block,
            {"reason": "缺设备", "needs": "测温枪", "review_on": NOW.date() - timedelta(days=3)},
        ),
    ],
)  # fmt: skip
def test_who_may_not_touch_a_finding_learns_nothing_of_it_from_wrong_values(
    world: World, name: str, command: type, told: dict[str, Any]
) -> None:
    finding = world.post()["id"]
    stranger = replace(UNIT, area=ELSEWHERE[:9])
    with pytest.raises(ForbiddenError) as refused:
        world.move(name, command, finding, stranger, **told)
    assert str(refused.value) == "the finding lies outside of your area"


@pytest.mark.parametrize(
    ("name", "command", "by", "told"),
    [
        ("resume", commands.Resume, UNIT, {}),
        ("verify", commands.Verify, TEAM, {"result": "pass"}),
        ("decide", commands.Decide, APPROVER, {"result": "upheld"}),
        ("revisit", commands.Revisit, TEAM, {"result": "fail"}),
    ],
)
def test_an_old_version_is_told_before_a_move_that_is_not_open(
    world: World, name: str, command: type, by: Any, told: dict[str, Any]
) -> None:
    finding = world.post()["id"]
    with pytest.raises(SeenAnotherVersionError):
        world.move(name, command, finding, by, **told, require_version=stale)
    with pytest.raises(InvalidTransitionError):
        world.move(name, command, finding, by, **told)


def test_a_move_that_is_open_is_refused_to_whoever_saw_another_version(world: World) -> None:
    finding, other = world.post()["id"], world.post()["id"]
    with pytest.raises(SeenAnotherVersionError):
        world.move("accept", commands.Accept, finding, UNIT, require_version=stale)
    merging = Merging(world._answers, lambda: world.now)
    merge = commands.Merge(finding=finding, by=OFFICE, into=other, reason="同一问题", require_version=stale)
    with pytest.raises(SeenAnotherVersionError):
        world.work(lambda work: merging.merge(work, merge))
    with pytest.raises(InvalidError):
        world.work(lambda work: merging.merge(work, replace(merge, into=finding)))
    assert [row["move"] for row in world.history(finding)] == ["post"]
