"""Wrong assignments put right: who answers no more, who does instead, and what follows for both."""

from dataclasses import replace
from typing import Any

import pytest

from services.accountability.adapters import indexes
from services.accountability.application.correcting import CorrectAssignment
from services.accountability.domain import errors
from tests.unit.accountability.world import OFFICE, TOWNSHIP, World, posted, state, withdrawn
from tests.unit.accountability.world import event as of_finding


@pytest.fixture
def world() -> World:
    world = World()
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    world.cadre("C3")
    return world


def correct(
    world: World, remove: Any = (), add: Any = (), finding: str = "f-1", by: Any = OFFICE, seen: Any = None
):
    command = CorrectAssignment(
        finding, tuple(remove), tuple(add), "the village has another secretary", by, seen or (lambda _: None)
    )
    return world.work(lambda work: world.do.corrections.correct(work, command))


def answering(world: World) -> list[tuple[str, str]]:
    return [(one["cadre"], one["role"]) for one in world.one(indexes.ASSIGNMENTS)["responsible"]]


def standing(world: World) -> dict[str, bool]:
    return {row["cadre"]: row["standing"] for row in world.all(indexes.WARNINGS)}


def test_the_removed_is_released_and_the_added_answers(world: World) -> None:
    world.deliver(posted("f-1", severity="serious"))
    correct(world, ["C1"], [("C3", "direct")])
    assert answering(world) == [("C3", "direct"), ("C2", "line_leader")]
    assert standing(world) == {"C1": False, "C3": True}
    (told,) = world.told("responsibility.corrected")
    assert [one["cadre"] for one in told.data["removed"]] == ["C1"]
    assert [one["cadre"] for one in told.data["added"]] == ["C3"]
    assert (told.data["change"]["note"], told.data["change"]["by"]) == (
        "the village has another secretary", OFFICE.sub,
    )  # fmt: skip
    (fallen,) = world.told("warning.revoked")
    assert fallen.data["change"]["note"] == "wrongly_assigned"


def test_no_rule_counts_the_finding_against_the_removed(world: World) -> None:
    world.deliver(posted("f-1"))
    correct(world, ["C1"], [("C3", "direct")])
    assert {row["cadre"]: len(row["marks"]) for row in world.all(indexes.TALLIES)} == {"C1": 0, "C3": 1}


def test_the_chain_of_its_unfinished_case_is_resolved_anew(world: World) -> None:
    world.deliver(posted("f-1", severity="critical"))
    correct(world, ["C1"], [("C3", "direct")])
    case = world.one(indexes.CASES)
    assert [one["cadre"] for one in case["persons"]] == ["C3", "C2"]


def test_another_role_lets_the_warnings_of_the_old_one_fall(world: World) -> None:
    world.deliver(posted("f-1", severity="serious"))
    correct(world, ["C1", "C2"], [("C2", "direct"), ("C1", "line_leader")])
    assert answering(world) == [("C2", "direct"), ("C1", "line_leader")]
    assert standing(world) == {"C1": False, "C2": True}


def test_what_people_said_is_not_undone_by_a_change_of_the_registers(world: World) -> None:
    world.deliver(posted("f-1"))
    correct(world, ["C1"])
    assert world.one(indexes.UNASSIGNED)["missing"] == "direct"
    world.person("C9")
    world.retry()
    assert answering(world) == [("C2", "line_leader")]


def test_with_a_direct_person_again_the_office_has_nothing_left_to_look_for(world: World) -> None:
    world.deliver(posted("f-1"))
    correct(world, ["C1"])
    correct(world, add=[("C3", "direct")])
    assert world.all(indexes.UNASSIGNED) == []


def test_a_repeated_event_of_the_finding_changes_nothing_of_it(world: World) -> None:
    world.deliver(posted("f-1", severity="serious"))
    correct(world, ["C1"], [("C3", "direct")])
    world.deliver(of_finding(state("f-1", severity="serious", status="rectifying"), 2, "finding.accepted.v1"))
    assert answering(world) == [("C3", "direct"), ("C2", "line_leader")]
    assert standing(world) == {"C1": False, "C3": True}


@pytest.mark.parametrize(
    ("remove", "add", "field"),
    [
        (["C3"], [], "remove"),
        ([], [("C1", "direct")], "add"),
        ([], [("C99", "direct")], "add.0.cadre"),
        (["C1"], [("C3", "direct"), ("C3", "line_leader")], "add.1.cadre"),
    ],
)
def test_who_cannot_be_removed_or_added_is_named(world: World, remove: Any, add: Any, field: str) -> None:
    world.deliver(posted("f-1"))
    with pytest.raises(errors.InvalidError) as caught:
        correct(world, remove, add)
    assert list(caught.value.errors) == [field]
    assert answering(world) == [("C1", "direct"), ("C2", "line_leader")]


def test_it_is_for_the_office_of_the_place_and_for_findings_that_stand(world: World) -> None:
    world.deliver(posted("f-1"))
    with pytest.raises(errors.UnknownError):
        correct(world, ["C1"], finding="f-9")
    with pytest.raises(errors.ForbiddenError):
        correct(world, ["C1"], by=replace(OFFICE, area="990100002"))
    world.deliver(withdrawn("f-1"))
    with pytest.raises(errors.WithdrawnFindingError):
        correct(world, ["C1"])
