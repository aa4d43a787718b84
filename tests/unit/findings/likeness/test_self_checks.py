"""举一反三: areas are asked, answer clean or with their own findings, and late ones are overdue."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.findings.application.self_checks import AnswerSelfCheck, OrderSelfChecks
from services.findings.domain.errors import (
    ForbiddenError,
    InvalidError,
    SelfCheckAnsweredError,
    UnknownFindingError,
    UnknownSelfCheckError,
)
from shared.contracts import registry
from shared.contracts.claims import Claims
from shared.contracts.envelope import decode
from shared.persistence.errors import CursorError
from tests.unit.findings.likeness.world import OFFICE, World, claims

TOWN, OTHER = "990100001", "990100002"
UNIT = claims("unit", area=OTHER, team=None)
DUE = date(2026, 2, 13)


def order(
    world: World, finding: str, areas: list[str], by: Claims = OFFICE, due: date = DUE
) -> list[dict[str, Any]]:
    command = OrderSelfChecks(finding=finding, areas=areas, due=due, note="自查卡口", by=by)
    return world.run(lambda work: world.app.self_checks.order(work, command))


def answer(
    world: World, check: str, *found: dict[str, Any], result: str | None = None, by: Claims = UNIT
) -> dict[str, Any]:
    told: Any = result or ("found" if found else "clean")
    command = AnswerSelfCheck(self_check=check, result=told, note=None, by=by, findings=found)
    return world.run(lambda work: world.app.self_checks.answer(work, command))


def listed(world: World, by: Claims = OFFICE, **asked: Any) -> list[dict[str, Any]]:
    given = {"finding": None, "overdue": False, "limit": 50, "cursor": None, **asked}
    return world.run(lambda work: world.app.self_checks.find(work, by, **given))[0]


def own_finding(world: World, **values: Any) -> dict[str, Any]:
    return {
        "found_at": world.now - timedelta(hours=1), "area": "990100002001", "category": "access_control",
        "place": {"name": "北门", "kind": "checkpoint"}, "severity": "minor", "description": "北门没有封闭",
        **values,
    }  # fmt: skip


def test_each_area_is_asked_once(world: World) -> None:
    finding = world.post()["id"]
    first = order(world, finding, [TOWN, OTHER, OTHER])
    assert [one["area"] for one in first] == [TOWN, OTHER]
    assert order(world, finding, [OTHER])[0]["id"] == first[1]["id"]
    assert len(listed(world, finding=finding)) == 2


def test_an_area_answers_clean(world: World) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    answered = answer(world, check["id"])
    assert (answered["result"], answered["findings"], answered["overdue"]) == ("clean", [], False)


def test_an_area_answers_with_its_own_findings(world: World) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    answered = answer(world, check["id"], own_finding(world))
    (posted,) = answered["findings"]
    shown = world.get(posted)
    assert (shown["method"], shown["team"], shown["status"]) == ("self_check", "T05", "issued")


def test_one_bad_finding_keeps_the_whole_answer_back_and_names_the_field(world: World) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    late = own_finding(world, found_at=world.now + timedelta(days=1))
    with pytest.raises(InvalidError) as refused:
        answer(world, check["id"], own_finding(world), late)
    assert list(refused.value.errors) == ["findings.1.found_at"]
    assert listed(world)[0]["result"] is None
    assert len(world.app.ask.counts(OFFICE)["findings"]) == 1


def test_what_lies_outside_of_the_asked_area_is_refused(world: World) -> None:
    check = order(world, world.post()["id"], ["990100002001"])[0]
    with pytest.raises(InvalidError) as refused:
        answer(world, check["id"], own_finding(world, area="990100002002"))
    assert list(refused.value.errors) == ["findings.0.area"]


@pytest.mark.parametrize(("result", "count"), [("clean", 1), ("found", 0)])
def test_an_answer_that_contradicts_itself_is_refused(world: World, result: str, count: int) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    with pytest.raises(InvalidError):
        answer(world, check["id"], *[own_finding(world)] * count, result=result)


def test_it_is_answered_once_and_by_its_own_area(world: World) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    with pytest.raises(ForbiddenError):
        answer(world, check["id"], by=claims("unit", area=TOWN))
    answer(world, check["id"])
    with pytest.raises(SelfCheckAnsweredError):
        answer(world, check["id"])


def test_what_was_not_answered_in_time_is_overdue_and_then_late(world: World) -> None:
    check = order(world, world.post()["id"], [TOWN, OTHER])[1]
    assert listed(world, overdue=True) == []
    world.now += timedelta(days=3)
    assert [one["overdue"] for one in listed(world, overdue=True)] == [True, True]
    assert answer(world, check["id"])["late"]
    assert [one["area"] for one in listed(world, overdue=True)] == [TOWN]


def test_a_unit_sees_the_self_checks_of_its_area_in_pages(world: World) -> None:
    order(world, world.post()["id"], [TOWN, OTHER, "990100002001"])
    assert {one["area"] for one in listed(world, by=UNIT)} == {OTHER, "990100002001"}
    given: dict[str, Any] = {"finding": None, "overdue": False, "limit": 2}
    page, after = world.run(lambda work: world.app.self_checks.find(work, OFFICE, cursor=None, **given))
    rest, end = world.run(lambda work: world.app.self_checks.find(work, OFFICE, cursor=after, **given))
    assert (len(page), len(rest), end) == (2, 1, None)
    with pytest.raises(CursorError):
        listed(world, cursor="x")


def test_self_checks_of_a_finding_that_there_is_not_are_not_an_empty_list(world: World) -> None:
    finding = world.post()["id"]
    order(world, finding, [OTHER])

    def made_of(finding: str) -> list[dict[str, Any]]:
        ask = world.app.self_checks.of_finding
        return world.run(lambda work: ask(work, OFFICE, finding, limit=50, cursor=None))[0]

    assert [one["area"] for one in made_of(finding)] == [OTHER]
    with pytest.raises(UnknownFindingError):
        made_of("no-such")


def test_what_cannot_be_asked_is_refused(world: World) -> None:
    finding = world.post()["id"]
    with pytest.raises(UnknownFindingError):
        order(world, "no-such", [OTHER])
    with pytest.raises(InvalidError):
        order(world, finding, [OTHER], due=date(2026, 2, 10))
    with pytest.raises(ForbiddenError):
        order(world, finding, [OTHER], by=claims("supervisor", area=TOWN))
    with pytest.raises(UnknownSelfCheckError):
        answer(world, "no-such")


def late(world: World) -> list[tuple[str, int]]:
    """What was told of late self-checks: area and level."""
    told = [decode(row["body"]) for row in world.events()]
    for event in told:
        registry.validate(event.source, event.type, event.data)
    return [
        (event.data["self_check"]["area"], event.data["self_check"]["level"])
        for event in told
        if event.type == "clock.due.v1" and event.data["clock"]["rule"] == "self_check"
    ]


def look(world: World, days: int = 0) -> None:
    """One turn of the timekeeper, so many days later."""
    world.now += timedelta(days=days)
    world.app.do_due(world.now)


def test_a_late_self_check_is_told_at_each_level_once_until_it_is_answered(world: World) -> None:
    first, second = order(world, world.post()["id"], [TOWN, OTHER])
    look(world)
    assert late(world) == [], "it is not due yet"
    look(world, days=3)
    look(world)
    assert late(world) == [(TOWN, 1), (OTHER, 1)]
    answer(world, second["id"])
    look(world, days=30)
    look(world)
    assert late(world) == [(TOWN, 1), (OTHER, 1), (TOWN, 2), (TOWN, 3)]
    assert [one["level"] for one in listed(world)] == [1, 3]
    told = [decode(row["body"]) for row in world.events()]
    of_first = [event.sequence for event in told if event.subject == f"clock-{first['id']}"]
    assert of_first == [1, 2, 3]


def test_an_answer_in_time_is_never_told_of(world: World) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]
    answer(world, check["id"])
    look(world, days=60)
    assert late(world) == []


class SeenAnotherVersionError(Exception):
    """What the caller has seen of it is old."""


def test_an_answer_to_an_old_version_is_refused_after_its_values_and_before_a_second_answer(
    world: World,
) -> None:
    check = order(world, world.post()["id"], [OTHER])[0]

    def refuse(_version: int) -> None:
        raise SeenAnotherVersionError

    def send(**told: Any) -> None:
        command = AnswerSelfCheck(
            self_check=check["id"], result="clean", note=None, by=UNIT, **{"require_version": refuse, **told}
        )
        world.run(lambda work: world.app.self_checks.answer(work, command))

    with pytest.raises(InvalidError):
        send(findings=[own_finding(world)])
    with pytest.raises(SeenAnotherVersionError):
        send()
    answer(world, check["id"])
    with pytest.raises(SeenAnotherVersionError):
        send()
    with pytest.raises(SelfCheckAnsweredError):
        send(require_version=lambda _version: None)
