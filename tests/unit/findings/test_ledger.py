"""An old ledger is taken over with what had become of its findings, and nothing follows from them."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.findings.application import commands
from services.findings.domain.calendar import day_of, start_of
from shared.contracts import registry
from shared.contracts.envelope import decode
from shared.http.problems import Problem
from tests.support.county import a_finding
from tests.unit.findings.evidence_world import NOW, OFFICE, TEAM, UNIT, World
from tests.unit.findings.sheets import post_lines


def line(**told: Any) -> dict[str, Any]:
    old = {"found_at": "2021-03-01T10:00:00+08:00", "area": "990100002001", "severity": "critical"}
    return {**a_finding(), **old, "status": "closed", "closed_on": "2021-03-20", **told}


def fresh(**told: Any) -> dict[str, Any]:
    return a_finding(found_at=(NOW - timedelta(hours=1)).isoformat(), **told)


def only(answer: dict[str, Any]) -> dict[str, Any]:
    (row,) = answer["results"]
    return dict(row)


def told(world: World) -> list[Any]:
    events = [decode(row["body"]) for row in world.database.collections["outbox"].values()]
    for event in events:
        registry.validate(event.source, event.type, event.data)
    return events


def test_a_closed_one_is_what_the_ledger_says(world: World) -> None:
    row = only(post_lines(world, line(completed_on="2021-03-15", measures="已安排值守")))
    assert row["status"] == 201, row
    found = world.app.ask.finding(row["id"], OFFICE)
    assert (found["status"], found["historical"]) == ("closed", True)
    assert found["closed_at"] == start_of(date(2021, 3, 20))
    assert found["report"] == {"measures": "已安排值守", "completed_on": found["report"]["completed_on"]}
    assert found["report"]["completed_on"].isoformat() == "2021-03-15"
    assert found["deadline"].year == 2021
    assert found["review_flags"] == []
    year = day_of(world.now).year
    assert row["number"] == f"督〔{year}〕1号"


def test_the_world_is_told_once_of_its_posting_with_the_status_it_has(world: World) -> None:
    post_lines(world, line())
    (event,) = told(world)
    assert (event.type, event.data["status"], event.data["historical"]) == (
        "finding.posted.v1", "closed", True,
    )  # fmt: skip


WORDS = "已在东西两个路口各安排两名值守人员并张贴公告,实行二十四小时轮班值守"


def flags(world: World, row: dict[str, Any]) -> dict[str, Any]:
    return world.flags(row["id"], OFFICE)


def test_two_rows_whose_reports_are_nearly_the_same_are_flagged_with_each_others_number(world: World) -> None:
    told_more = {"measures": WORDS, "completed_on": "2021-03-15"}
    other = {"place": {"name": "西门", "kind": "checkpoint"}}
    first, second = post_lines(world, line(**told_more), line(**told_more, **other))["results"]
    assert flags(world, first) == {}
    assert flags(world, second)["similar_report"]["findings"] == [first["id"]]
    assert first["number"] in flags(world, second)["similar_report"]["because"]


def test_reports_of_another_year_or_too_short_to_compare_are_no_sign(world: World) -> None:
    later = {"found_at": "2022-03-01T10:00:00+08:00", "closed_on": "2022-03-20", "completed_on": "2022-03-15"}
    short = {
        "measures": "已整改到位",
        "completed_on": "2021-03-15",
        "place": {"name": "南门", "kind": "checkpoint"},
    }
    rows = post_lines(
        world,
        line(measures=WORDS, completed_on="2021-03-15"),
        line(measures=WORDS, **later),
        line(**short),
        line(**short),
    )["results"]
    assert [flags(world, row).get("similar_report") for row in rows] == [None] * 4


def test_a_photo_that_two_rows_share_is_flagged(world: World) -> None:
    first, second = (world.upload(OFFICE, name=name) for name in ("一.jpg", "二.jpg"))
    one = only(post_lines(world, line(attachments=[first], completed_on="2021-03-15")))
    two = only(post_lines(world, line(attachments=[second], place={"name": "西门", "kind": "checkpoint"})))
    assert "same_photo" not in flags(world, one)
    assert flags(world, two)["same_photo"]["findings"] == [one["id"]]


@pytest.mark.parametrize(
    "status", ["issued", "rectifying", "reported", "blocked", "disputed", "closed", "withdrawn"]
)
def test_no_clock_runs_for_any_of_them_and_each_can_be_read(world: World, status: str) -> None:
    told_more = {"closed_on": "2021-03-20"} if status == "closed" else {"closed_on": None}
    row = only(post_lines(world, line(status=status, status_note="缺设备", **told_more)))
    assert row["status"] == 201, row
    world.now += timedelta(days=400)
    while world.app.do_due(world.now):
        pass
    world.app.recompute_deadlines()
    assert len(told(world)) == 1
    found = world.app.ask.finding(row["id"], OFFICE)
    assert found["status"] == status
    assert not found["flags"]["overdue"]
    counts = world.app.ask.counts(OFFICE)
    assert counts["findings"] == []
    assert counts["historical"] == [{"area": "990100002001", "status": status, "count": 1}]


def test_people_go_on_with_an_open_one_as_with_any_other(world: World) -> None:
    row = only(post_lines(world, line(status="blocked", closed_on=None)))
    resume = commands.Resume(finding=row["id"], by=UNIT)
    assert world.do(lambda work: world.app.do.resume(work, resume))["status"] == "rectifying"
    assert world.report(row["id"])["status"] == "reported"
    world.close(row["id"])
    assert world.app.ask.finding(row["id"], TEAM)["status"] == "closed"


@pytest.mark.parametrize(
    "days", [{"completed_on": "2021-02-20"}, {"closed_on": "2021-02-20"}], ids=["mended", "closed"]
)
def test_mended_before_it_was_found_is_flagged_not_refused(world: World, days: dict[str, str]) -> None:
    row = only(post_lines(world, line(**days)))
    assert row["status"] == 201, row
    (flag,) = world.app.ask.finding(row["id"], OFFICE)["review_flags"]
    assert flag["kind"] == "completed_before_finding"
    assert "2021-02-20" in flag["because"]


@pytest.mark.parametrize(
    ("told_more", "field"),
    [
        ({"closed_on": None}, "closed_on"),
        ({"status": "issued"}, "closed_on"),
        ({"closed_on": "2199-01-01"}, "closed_on"),
        ({"completed_on": "2199-01-01"}, "completed_on"),
        ({"reported_on": "2021-03-21"}, "reported_on"),
        ({"status": "issued", "closed_on": None, "measures": "已整改"}, "measures"),
        ({"status": "mended"}, "status"),
        ({"status": None}, "status"),
        ({"found_at": "2199-01-01T00:00:00+08:00"}, "found_at"),
    ],
)
def test_what_cannot_be_right_is_refused_by_field(
    world: World, told_more: dict[str, Any], field: str
) -> None:
    row = only(post_lines(world, line(**told_more)))
    assert (row["status"], list(row["errors"])[:1]) == (422, [field]), row
    assert "findings" not in world.database.collections or not world.database.collections["findings"]


def test_the_same_ledger_twice_is_known_and_another_status_is_a_conflict(world: World) -> None:
    first = line()
    assert only(post_lines(world, first))["status"] == 201
    assert only(post_lines(world, first))["status"] == 200
    assert only(post_lines(world, {**first, "status": "withdrawn", "closed_on": None}))["status"] == 409


def test_only_the_office_takes_a_ledger_over_and_only_within_its_area(world: World) -> None:
    with pytest.raises(Problem) as refused:
        post_lines(world, line(), by=TEAM)
    assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        post_lines(world, fresh(), historical=False)
    assert refused.value.status == 403
    elsewhere = type(OFFICE)("o3", "office", "990100001")
    assert only(post_lines(world, line(), by=elsewhere))["status"] == 403


def test_without_historical_a_line_has_no_status(world: World) -> None:
    row = only(post_lines(world, {**fresh(), "status": "closed"}, by=TEAM, historical=False))
    assert row["errors"] == {"status": ["Unknown field."]}


def test_a_finding_before_every_rule_has_a_deadline_that_stays(world: World) -> None:
    row = only(post_lines(world, line(found_at="1999-03-01T10:00:00+08:00", status="issued", closed_on=None)))
    assert row["status"] == 201, row
    found = world.app.ask.finding(row["id"], OFFICE)
    assert (found["deadline"].year, found["deadline_provisional"]) == (1999, False)


def test_a_dry_run_knows_what_stands_in_two_chunks(world: World) -> None:
    first = {**fresh(), "source_ref": "twice"}
    lines = [first, *({**fresh(), "source_ref": f"r-{n}"} for n in range(150)), first]
    lines.append({**first, "description": "别的内容"})
    for dry_run in (True, False):
        answer = post_lines(world, *lines, by=TEAM, historical=False, dry_run=dry_run)
        assert [row["status"] for row in answer["results"]] == [201] * 151 + [200, 409], dry_run


def test_a_dry_run_knows_an_upload_that_two_chunks_name(world: World) -> None:
    photo = world.upload(TEAM)
    lines = [{**fresh(), "attachments": [photo]}, *(fresh() for _ in range(120))]
    lines.append({**fresh(), "attachments": [photo]})
    for dry_run in (True, False):
        answer = post_lines(world, *lines, by=TEAM, historical=False, dry_run=dry_run)
        assert [row["status"] for row in answer["results"]] == [201] * 121 + [422], dry_run
