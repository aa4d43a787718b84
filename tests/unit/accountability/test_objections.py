"""Objections to warnings: by the warned or from paper, in time, judged by somebody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.accountability.adapters import indexes
from services.accountability.application.commands import NoteReceipt
from services.accountability.application.objections import DecideObjection, Objections, ObjectToWarning
from services.accountability.domain import errors
from services.accountability.domain.warning import Paper
from shared.contracts.claims import Claims
from tests.unit.accountability.world import COMMISSION, COUNTY, TOWNSHIP, VILLAGE, World, posted, state
from tests.unit.accountability.world import event as of_finding

WARNED = Claims("sub-1", "cadre", VILLAGE, cadre="C1")
APPROVER = Claims("approver-1", "approver", COUNTY)
PERIOD = timedelta(days=7)


@pytest.fixture
def world() -> World:
    world = World()
    world.person("C1")
    world.deliver(posted("f-1", severity="serious"))
    return world


def objections(world: World) -> Objections:
    return Objections(lambda received: received + PERIOD, lambda: world.now)


def warning(world: World) -> dict[str, Any]:
    return world.one(indexes.WARNINGS)


def received(world: World, at: datetime) -> None:
    command = NoteReceipt(warning(world)["_id"], at)
    world.work(lambda work: world.do.note_receipt(work, command))


def object_to(world: World, by: Claims = WARNED, paper: Paper | None = None, key: str | None = None) -> Any:
    command = ObjectToWarning(key or warning(world)["_id"], "I was on sick leave", paper, by, lambda _: None)
    return world.work(lambda work: objections(world).object(work, command))


def decide(world: World, result: str, by: Claims = APPROVER) -> Any:
    command = DecideObjection(warning(world)["_id"], result, "the leave is proven", by, lambda _: None)
    return world.work(lambda work: objections(world).decide(work, command))


def test_an_objection_that_is_accepted_revokes_the_warning(world: World) -> None:
    object_to(world)
    decide(world, "revoked")
    assert (warning(world)["status"], warning(world)["standing"]) == ("revoked", False)
    (told,) = world.told("warning.revoked")
    assert told.data["change"]["note"] == "objection_accepted"


def test_the_rule_that_spoke_warns_no_second_time_of_the_same_finding(world: World) -> None:
    object_to(world)
    decide(world, "revoked")
    world.person("C2", TOWNSHIP, "line_leader")
    world.deliver(
        of_finding(state("f-1", severity="serious", status="rectifying", level=1), 2, "finding.overdue.v1")
    )
    rules = {row["rule"]: row["standing"] for row in world.all(indexes.WARNINGS)}
    assert rules == {"serious": False, "overdue_1": True}


def test_an_objection_that_is_turned_down_leaves_the_warning_standing(world: World) -> None:
    object_to(world)
    decide(world, "upheld")
    assert (warning(world)["status"], warning(world)["standing"]) == ("upheld", True)
    assert world.told("warning.revoked") == []
    with pytest.raises(errors.InvalidTransitionError):
        object_to(world)


def test_an_undecided_one_falls_with_its_ground(world: World) -> None:
    object_to(world)
    world.deliver(of_finding(state("f-1", severity="serious", status="withdrawn"), 2, "finding.withdrawn.v1"))
    assert warning(world)["status"] == "revoked"
    with pytest.raises(errors.InvalidTransitionError):
        decide(world, "upheld")


@pytest.mark.parametrize(("hour", "minute", "in_time"), [(15, 59, True), (16, 0, False)])
def test_the_last_day_ends_at_midnight_in_shanghai(
    world: World, hour: int, minute: int, in_time: bool
) -> None:
    received(world, datetime(2026, 2, 25, 2, 0, tzinfo=UTC))
    world.now = datetime(2026, 3, 4, hour, minute, tzinfo=UTC)
    if in_time:
        object_to(world)
        return
    with pytest.raises(errors.ObjectionLateError) as caught:
        object_to(world)
    assert caught.value.extra == {"until": "2026-03-04"}
    assert warning(world)["status"] == "issued"


def test_the_period_does_not_run_before_the_warning_was_received(world: World) -> None:
    world.now += timedelta(days=100)
    object_to(world)
    assert warning(world)["status"] == "objected"


def test_the_commission_records_from_paper_what_came_in_time(world: World) -> None:
    received(world, datetime(2026, 2, 25, 2, 0, tzinfo=UTC))
    world.now = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
    object_to(world, COMMISSION, Paper(date(2026, 3, 4), "scan 12"))
    assert warning(world)["objection"]["paper"] == {"on": "2026-03-04", "document": "scan 12"}


@pytest.mark.parametrize(
    ("by", "paper", "field"),
    [
        (WARNED, Paper(date(2026, 2, 25), "scan"), "paper"),
        (COMMISSION, None, "paper"),
        (COMMISSION, Paper(date(2026, 2, 26), "scan"), "paper.on"),
        (COMMISSION, Paper(date(2026, 2, 24), "scan"), "paper.on"),
    ],
)
def test_paper_is_the_commissions_and_of_a_day_that_can_be(
    world: World, by: Claims, paper: Paper | None, field: str
) -> None:
    with pytest.raises(errors.InvalidError) as caught:
        object_to(world, by, paper)
    assert list(caught.value.errors) == [field]


def test_a_warning_of_somebody_else_does_not_exist_for_a_cadre(world: World) -> None:
    with pytest.raises(errors.UnknownError):
        object_to(world, Claims("sub-2", "cadre", VILLAGE, cadre="C2"))
    with pytest.raises(errors.UnknownError):
        object_to(world, key="w-9")
    with pytest.raises(errors.ForbiddenError):
        object_to(world, Claims("c-2", "commission", "990100002"), Paper(date(2026, 2, 25), "scan"))


def test_who_entered_the_objection_does_not_judge_it_and_nobody_judges_what_is_not_there(
    world: World,
) -> None:
    with pytest.raises(errors.InvalidTransitionError) as caught:
        decide(world, "upheld")
    assert caught.value.extra["allowed_moves"] == [], "to object is not the approver's"
    object_to(world)
    with pytest.raises(errors.SamePersonError):
        decide(world, "revoked", Claims(WARNED.sub, "approver", COUNTY))
    with pytest.raises(errors.ForbiddenError):
        decide(world, "revoked", Claims("a-2", "approver", "990100002"))
    assert warning(world)["status"] == "objected"
