"""Visits and campaigns: registered, warned of, counted; and findings that name a campaign."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.findings.adapters.county_visits import load_visits
from services.findings.application.campaigns import OpenCampaign
from services.findings.application.visits import Outcome, RecordVisit, RegisterVisit
from services.findings.domain.errors import (
    CampaignExistsError,
    ForbiddenError,
    InvalidError,
    UnknownVisitError,
    VisitRecordedError,
)
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.unit.findings.likeness.world import OFFICE, SISTER, TEAM, VILLAGE, World, claims

OTHER_TEAM = claims("supervisor", team="T06")
TODAY = date(2026, 2, 11)


def register(world: World, by: Claims = TEAM, **told: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "team": by.team, "area": VILLAGE, "place": {"name": "东门", "kind": "checkpoint"},
        "method": "inspection", "plan": None, "planned_on": None, "campaign": None, "visited_at": None,
        "result": None, "findings": [], "note": None, **told,
    }  # fmt: skip
    command = RegisterVisit.from_request(body, by)
    return world.run(lambda work: world.app.visits.register(work, command))


def made(world: World, by: Claims = TEAM, **told: Any) -> dict[str, Any]:
    return register(world, by, **{"visited_at": world.now, "result": "clean", **told})


def record(
    world: World, visit: str, *found: str, by: Claims = TEAM, ahead: timedelta = timedelta()
) -> dict[str, Any]:
    outcome = Outcome(visited_at=world.now + ahead, result="found" if found else "clean", findings=found)
    command = RecordVisit(visit=visit, outcome=outcome, by=by)
    return world.run(lambda work: world.app.visits.record(work, command))


def listed(world: World, by: Claims = OFFICE, **asked: Any) -> list[dict[str, Any]]:
    given = {"area": None, "limit": 50, "cursor": None, **asked}
    return world.run(lambda work: world.app.visits.find(work, by, **given))[0]


def counted(world: World, by: Claims = OFFICE, **asked: Any) -> dict[str, dict[str, Any]]:
    given = {"area": None, "since": None, "until": None, "limit": 200, "cursor": None, **asked}
    return {one["area"]: one for one in world.app.visits.count(by, **given)[0]}


def open_campaign(world: World, code: str = "SPRING") -> dict[str, Any]:
    days = {"since": TODAY, "until": TODAY + timedelta(days=30)}
    command = OpenCampaign(code=code, name="春季防控", note=None, by=OFFICE, **days)
    return world.run(lambda work: world.app.campaigns.open(work, command))


def test_a_clean_visit_is_registered_and_kept(world: World) -> None:
    visit = made(world)
    assert (visit["status"], visit["result"], visit["warnings"]) == ("done", "clean", [])
    assert [one["id"] for one in listed(world)] == [visit["id"]]


def test_a_planned_visit_is_done_later_once(world: World) -> None:
    visit = register(world, planned_on=TODAY)
    assert (visit["status"], visit["result"], visit["version"]) == ("planned", None, 1)
    finding = world.post()["id"]
    done = record(world, visit["id"], finding)
    assert (done["status"], done["findings"], done["version"]) == ("done", [finding], 2)
    with pytest.raises(VisitRecordedError):
        record(world, visit["id"])


@pytest.mark.parametrize(("days", "warned"), [(0, True), (7, True), (8, False)])
def test_a_second_team_at_the_same_place_is_warned_within_the_countys_days(
    world: World, days: int, warned: bool
) -> None:
    first = register(world, planned_on=TODAY)
    place = {"name": "东 门", "kind": "checkpoint"}
    second = register(world, OTHER_TEAM, planned_on=TODAY + timedelta(days=days), place=place)
    assert [one["visit"] for one in second["warnings"]] == ([first["id"]] if warned else [])
    if warned:
        assert second["warnings"][0]["detail"].startswith("T05于2026-02-11计划走访凤栖社区 东门")


def test_its_own_team_another_place_and_another_village_are_no_reason_to_warn(world: World) -> None:
    register(world, planned_on=TODAY)
    assert register(world, planned_on=TODAY)["warnings"] == []
    elsewhere = {"name": "西门", "kind": "checkpoint"}
    assert register(world, OTHER_TEAM, planned_on=TODAY, place=elsewhere)["warnings"] == []
    assert register(world, OTHER_TEAM, planned_on=TODAY, area=SISTER)["warnings"] == []


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "planned_on"),
        ({"planned_on": TODAY - timedelta(days=1)}, "planned_on"),
        ({"planned_on": TODAY, "campaign": "NONE"}, "campaign"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_field(world: World, told: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        register(world, **told)
    assert list(refused.value.errors) == [field]
    assert listed(world) == []


def test_a_result_names_the_teams_own_findings_of_the_place_and_no_others(world: World) -> None:
    visit = register(world, planned_on=TODAY)["id"]
    elsewhere, strange = world.post(area=SISTER)["id"], world.post(OTHER_TEAM, team="T06")["id"]
    with pytest.raises(InvalidError) as refused:
        record(world, visit, elsewhere, strange, "no-such", world.post()["id"])
    assert list(refused.value.errors) == ["findings.0", "findings.1", "findings.2"]
    with pytest.raises(InvalidError) as refused:
        made(world, result="clean", findings=[world.post()["id"]])
    assert list(refused.value.errors) == ["findings"]
    with pytest.raises(InvalidError) as refused:
        made(world, result="found")
    assert list(refused.value.errors) == ["findings"]
    with pytest.raises(InvalidError) as refused:
        record(world, visit, ahead=timedelta(hours=1))
    assert list(refused.value.errors) == ["visited_at"]


def test_a_team_registers_and_records_its_own_visits_only(world: World) -> None:
    with pytest.raises(ForbiddenError):
        register(world, claims("supervisor", area="990100002"), planned_on=TODAY)
    with pytest.raises(ForbiddenError):
        register(world, TEAM, team="T06", planned_on=TODAY)
    visit = register(world, planned_on=TODAY)["id"]
    with pytest.raises(ForbiddenError):
        record(world, visit, by=OTHER_TEAM)
    with pytest.raises(UnknownVisitError):
        record(world, "no-such")


def test_everyone_sees_the_visits_of_the_own_area(world: World) -> None:
    visit = made(world)["id"]
    there, here = claims("unit", area="990100002"), claims("unit", area="990100001")
    assert listed(world, there) == []
    assert [one["id"] for one in listed(world, here)] == [visit]
    assert world.run(lambda work: world.app.visits.get(work, visit, here))["id"] == visit
    with pytest.raises(UnknownVisitError):
        world.run(lambda work: world.app.visits.get(work, visit, there))
    with pytest.raises(ForbiddenError):
        listed(world, there, area="990100001")


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"area": SISTER}, [1]),
        ({"team": "T06"}, [2]),
        ({"status": "planned"}, [2]),
        ({"result": "clean"}, [1]),
        ({"result": "found"}, [0]),
        ({"method": "phone_check"}, [1]),
        ({"campaign": "SPRING"}, [1]),
        ({"since": TODAY + timedelta(days=1)}, [2]),
        ({"until": TODAY}, [1, 0]),
        ({}, [2, 1, 0]),
    ],
)
def test_a_filter_shows_what_it_says_newest_first(
    world: World, asked: dict[str, Any], places: list[int]
) -> None:
    open_campaign(world)
    visits = [
        made(world, result="found", findings=[world.post()["id"]]),
        made(world, area=SISTER, method="phone_check", campaign="SPRING"),
        register(world, OTHER_TEAM, planned_on=TODAY + timedelta(days=3)),
    ]
    assert [one["id"] for one in listed(world, **asked)] == [visits[place]["id"] for place in places]


def test_visits_are_counted_by_village_and_villages_without_any_are_shown(world: World) -> None:
    made(world)
    made(world, result="found", findings=[world.post()["id"]])
    register(world, planned_on=TODAY + timedelta(days=2))
    rows = counted(world)
    told = {name: rows[VILLAGE][name] for name in ("visits", "clean", "found", "planned")}
    assert told == {"visits": 2, "clean": 1, "found": 1, "planned": 1}
    assert rows[SISTER]["visits"] == 0
    assert counted(world, since=TODAY + timedelta(days=1))[VILLAGE]["visits"] == 0
    assert VILLAGE not in counted(world, area="990100002")
    first, after = world.app.visits.count(OFFICE, area=None, since=None, until=None, limit=1, cursor=None)
    rest, _ = world.app.visits.count(OFFICE, area=None, since=None, until=None, limit=200, cursor=after)
    with pytest.raises(InvalidError):
        world.app.visits.count(OFFICE, area=None, since=None, until=None, limit=1, cursor="x")
    assert [first[0]["area"], *(one["area"] for one in rest)] == sorted(rows)


def test_a_campaign_has_a_code_of_its_own_and_days_in_order(world: World) -> None:
    first = open_campaign(world)
    second = open_campaign(world, "AUTUMN")
    with pytest.raises(CampaignExistsError):
        open_campaign(world)
    page, after = world.run(lambda work: world.app.campaigns.find(work, 1, None))
    rest, end = world.run(lambda work: world.app.campaigns.find(work, 1, after))
    assert [one["id"] for one in [*page, *rest]] == [second["id"], first["id"]]
    assert end is None
    days = {"since": TODAY, "until": TODAY - timedelta(days=1)}
    command = OpenCampaign(code="X", name="倒着的", note=None, by=OFFICE, **days)
    with pytest.raises(InvalidError):
        world.run(lambda work: world.app.campaigns.open(work, command))


def test_a_finding_names_a_campaign_that_there_is_and_is_told_with_it(world: World) -> None:
    with pytest.raises(InvalidError) as refused:
        world.post(campaign="SPRING")
    assert list(refused.value.errors) == ["campaign"]
    open_campaign(world)
    posted, other = world.post(campaign="SPRING"), world.post()
    assert (posted["campaign"], other["campaign"]) == ("SPRING", None)
    page = {"area": None, "limit": 50, "cursor": None}
    shown, _ = world.app.ask.findings({**page, "campaign": "SPRING"}, OFFICE)
    assert [one["id"] for one in shown] == [posted["id"]]
    assert b'"campaign":"SPRING"' in bytes(world.events()[0]["body"]).replace(b" ", b"")


@pytest.mark.parametrize("days", ["-1", "400", "many"])
def test_a_rule_that_cannot_be_stops_the_start(tmp_path: Any, days: str) -> None:
    row = f'{{days: {days}, most: 5, source: a, valid_from: "2020-01-01"}}'
    (tmp_path / "visits.yaml").write_text(f"same_place: {row}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="line 1"):
        load_visits(tmp_path)
