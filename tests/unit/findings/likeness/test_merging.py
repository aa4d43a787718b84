"""Merging by people: reversible, nothing lost, each finding counted once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.findings.application.commands import Accept, Merge, Unmerge, Withdraw
from services.findings.domain.errors import (
    ForbiddenError,
    InvalidError,
    InvalidTransitionError,
    UnknownFindingError,
)
from shared.contracts.claims import Claims
from tests.unit.findings.likeness.world import OFFICE, TEAM, VILLAGE, World, claims

UNIT = claims("unit", area="990100001", team=None)


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """The ids of two findings that are the same one."""
    return world.post()["id"], world.post()["id"]


def merge(world: World, one: str, into: str, by: Claims = OFFICE) -> dict[str, Any]:
    command = Merge(finding=one, by=by, into=into, reason="同一问题")
    return world.run(lambda work: world.app.merging.merge(work, command))


def unmerge(world: World, one: str, by: Claims = OFFICE) -> dict[str, Any]:
    command = Unmerge(finding=one, by=by, reason="两处卡口")
    return world.run(lambda work: world.app.merging.unmerge(work, command))


def withdraw(world: World, one: str) -> dict[str, Any]:
    return world.run(lambda work: world.app.do.withdraw(work, Withdraw(finding=one, by=TEAM, reason="误报")))


def moves(world: World, finding: str) -> list[str]:
    rows, _ = world.app.ask.history(finding, OFFICE, 50, None)
    return [row["move"] for row in rows]


def test_the_merged_one_stays_readable_and_points_to_the_other(world: World, two: tuple[str, str]) -> None:
    one, into = two
    answer = merge(world, one, into)
    assert (answer["merged_into"], answer["status"]) == (into, "withdrawn")
    assert world.get(one)["description"] == world.get(into)["description"]
    assert world.get(into)["absorbed"] == [one]
    assert world.get(into)["status"] == "issued"
    assert moves(world, one)[0] == moves(world, into)[0] == "merge"


def test_unmerging_brings_back_the_status_it_came_from(world: World, two: tuple[str, str]) -> None:
    one, into = two
    world.run(lambda work: world.app.do.accept(work, Accept(finding=one, by=UNIT)))
    before = world.get(one)
    merge(world, one, into)
    answer = unmerge(world, one)
    assert (answer["status"], answer["merged_into"]) == ("rectifying", None)
    assert answer["due_at"] == before["due_at"]
    assert world.get(into)["absorbed"] == []
    assert moves(world, one)[0] == moves(world, into)[0] == "unmerge"


def test_its_status_rests_and_it_never_becomes_overdue(world: World, two: tuple[str, str]) -> None:
    one, into = two
    merge(world, one, into)
    world.now += timedelta(days=60)
    assert world.get(one)["allowed_moves"] == ["unmerge"]
    assert not world.get(one)["flags"]["overdue"]
    with pytest.raises(InvalidTransitionError):
        world.run(lambda work: world.app.do.accept(work, Accept(finding=one, by=UNIT)))


def test_each_is_counted_once_whatever_is_merged(world: World, two: tuple[str, str]) -> None:
    merge(world, *two)
    counted = Counter({one["status"]: one["count"] for one in world.app.ask.counts(OFFICE)["findings"]})
    assert counted == {"issued": 1, "withdrawn": 1}


def test_the_world_hears_of_both_ways(world: World, two: tuple[str, str]) -> None:
    one, into = two
    merge(world, one, into)
    unmerge(world, one)
    types = Counter(row["type"] for row in world.events())
    assert types["finding.withdrawn.v1"] == 1
    assert types["finding.resumed.v1"] == 1


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda world, one, into: one, "itself"),
        (lambda world, one, into: "no-such", "no finding"),
        (lambda world, one, into: withdraw(world, into)["id"], "withdrawn"),
        (lambda world, one, into: merge(world, into, world.post()["id"])["id"], "is itself merged into"),
    ],
    ids=["itself", "unknown", "withdrawn", "merged"],
)
def test_what_nothing_can_be_merged_into_is_refused_by_field(
    world: World, two: tuple[str, str], prepare: Callable[..., str], message: str
) -> None:
    into = prepare(world, *two)
    with pytest.raises(InvalidError) as refused:
        merge(world, two[0], into)
    assert message in refused.value.errors["into"][0]
    assert world.get(two[0])["status"] == "issued"


def test_who_has_absorbed_others_is_not_merged_itself(world: World, two: tuple[str, str]) -> None:
    merge(world, *two)
    with pytest.raises(InvalidTransitionError, match="unmerge these first"):
        merge(world, two[1], world.post()["id"])


def test_a_withdrawn_one_is_not_unmerged(world: World, two: tuple[str, str]) -> None:
    withdraw(world, two[0])
    with pytest.raises(InvalidTransitionError, match="withdrawn, not merged"):
        unmerge(world, two[0])


def test_a_team_merges_its_own_findings_only(world: World, two: tuple[str, str]) -> None:
    with pytest.raises(ForbiddenError):
        merge(world, *two, by=claims("supervisor", team="T06"))
    assert merge(world, *two, by=TEAM)["merged_into"] == two[1]


def test_what_it_is_merged_into_must_be_readable(world: World, two: tuple[str, str]) -> None:
    elsewhere = world.post(area="990100001002")["id"]
    with pytest.raises(ForbiddenError):
        merge(world, two[0], elsewhere, by=claims("supervisor", area=VILLAGE))


def test_an_unknown_finding_is_not_merged(world: World, two: tuple[str, str]) -> None:
    with pytest.raises(UnknownFindingError):
        merge(world, "no-such", two[1])


def test_a_merged_one_is_not_suggested_as_similar(world: World, two: tuple[str, str]) -> None:
    merge(world, *two)
    assert world.get(two[1])["similar"] == []
