"""What office and team do beside the way to close-out, through the use cases and over the in-memory twin."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.findings.application import commands
from services.findings.application.oversight import BATCH
from services.findings.domain.errors import (
    ForbiddenError,
    InvalidError,
    InvalidTransitionError,
    SamePersonError,
)
from services.findings.domain.parts import Responsible
from tests.unit.findings.world import (
    APPROVER,
    COMMISSION,
    ELSEWHERE,
    NOW,
    OFFICE,
    OTHER_TEAM,
    OTHER_TOWNSHIP,
    TEAM,
    TOWNSHIP,
    UNIT,
    World,
)


@pytest.fixture
def world() -> World:
    return World()


def transfer(world: World, finding: str, by=OFFICE, area=ELSEWHERE):
    return world.move("transfer", commands.Transfer, finding, by, area=area, unit=area[:9], reason="属地有误")


def test_a_transfer_names_a_new_unit_and_starts_the_deadline_anew(world: World) -> None:
    posted = world.post(responsible=("C1",), deadline=date(2026, 2, 20))
    world.move("accept", commands.Accept, posted["id"], UNIT)
    world.now += timedelta(days=6)
    moved = transfer(world, posted["id"])
    fresh = world.post(area=ELSEWHERE)
    assert (moved["status"], moved["area"], moved["units"]) == ("issued", ELSEWHERE, [OTHER_TOWNSHIP])
    assert moved["due_at"] == fresh["due_at"] != posted["due_at"]
    assert (moved["named_responsible"], moved["number"]) == ([], posted["number"])
    event = world.told(posted["id"])[-1]
    assert (event.type, event.data["area"]) == ("finding.transferred.v1", ELSEWHERE)
    assert world.history(posted["id"])[0]["replaced"] == {"area": posted["area"], "units": [TOWNSHIP]}
    with pytest.raises(ForbiddenError):
        world.move("accept", commands.Accept, posted["id"], UNIT)


def test_who_answered_for_it_before_is_found_by_it_no_more(world: World) -> None:
    finding = world.post()["id"]
    assigned = commands.AssignFinding(finding, (Responsible("C1", "direct"),))
    world.work(lambda work: world.do.assign(work, assigned))
    assert transfer(world, finding)["responsible"] == []
    assert world.database.collections["responsible"][finding]["cadres"] == []


def test_what_the_first_unit_asked_for_is_not_the_new_ones(world: World) -> None:
    finding = world.post()["id"]
    world.move("extend", commands.Extend, finding, UNIT, until=date(2026, 3, 20), reason="缺料")
    moved = transfer(world, finding)
    assert (moved["extension"], moved["waiting_since"]) == (None, None)
    with pytest.raises(InvalidTransitionError):
        world.move("decide_extension", commands.DecideExtension, finding, APPROVER, result="granted")


def test_a_transfer_to_where_it_is_or_out_of_the_offices_area_is_refused(world: World) -> None:
    posted = world.post()
    with pytest.raises(InvalidError):
        transfer(world, posted["id"], area=posted["area"])
    with pytest.raises(ForbiddenError):
        transfer(world, posted["id"], by=replace(OFFICE, area=TOWNSHIP))
    assert len(world.told(posted["id"])) == 1


def test_supervision_is_shown_told_and_put_once(world: World) -> None:
    finding = world.post()["id"]
    answer = world.move("supervise", commands.Supervise, finding, OFFICE, reason="群众反映强烈")
    assert answer["flags"]["supervised"]
    assert "supervise" not in answer["allowed_moves"]
    assert world.told(finding)[-1].data["flags"]["supervised"]
    with pytest.raises(InvalidTransitionError, match="supervised already"):
        world.move("supervise", commands.Supervise, finding, OFFICE, reason="again")


def test_a_passed_revisit_leaves_it_closed(world: World) -> None:
    finding = world.post()["id"]
    world.close(finding)
    answer = world.move("revisit", commands.Revisit, finding, TEAM, result="pass", note="未反弹")
    assert (answer["status"], answer["revisit"]["result"], answer["recurrence"]) == ("closed", "pass", None)
    assert "revisit" in answer["allowed_moves"]
    assert world.told(finding)[-1].type == "finding.revisited.v1"


def test_a_failed_revisit_posts_what_has_come_back_once(world: World) -> None:
    posted = world.post(source_ref="R-1", count=3, group="G")
    world.close(posted["id"])
    world.now += timedelta(days=10)
    answer = world.move("revisit", commands.Revisit, posted["id"], TEAM, result="fail", note="夜间又无人")
    back = world.ask.finding(answer["recurrence"], TEAM)
    assert answer["status"] == "closed"
    assert back["recurrence_of"] == posted["id"]
    assert (back["status"], back["number"], back["source_ref"]) == ("issued", "督〔2026〕2号", None)
    assert back["description"] == "东门没有人值守\n夜间又无人"
    assert (back["area"], back["units"], back["count"], back["group"]) == (posted["area"], [TOWNSHIP], 1, "G")
    assert world.told(posted["id"])[-1].data["revisit"] == {
        "result": "fail", "at": "2026-02-21T14:00:00+08:00", "recurrence": back["id"],
    }  # fmt: skip
    assert world.told(back["id"])[0].type == "finding.posted.v1"
    with pytest.raises(InvalidTransitionError, match=back["id"]):
        world.move("revisit", commands.Revisit, posted["id"], TEAM, result="fail")
    assert len(world.database.collections["findings"]) == 2


def test_only_the_own_team_revisits_and_only_what_is_closed(world: World) -> None:
    finding = world.post()["id"]
    with pytest.raises(InvalidTransitionError):
        world.move("revisit", commands.Revisit, finding, TEAM, result="fail")
    world.close(finding)
    with pytest.raises(ForbiddenError):
        world.move("revisit", commands.Revisit, finding, OTHER_TEAM, result="fail")
    assert len(world.database.collections["findings"]) == 1


def hand_over(world: World, by=OFFICE, to="T06", after=""):
    command = commands.HandOver("T05", to, "督导组撤回", by)
    return world.work(lambda work: world.do.hand_over(work, command, after))


def test_a_handover_passes_on_what_is_open_verification_included(world: World) -> None:
    reported, closed = world.post(source_ref="R-1")["id"], world.post()["id"]
    world.close(closed)
    world.move("report", commands.Report, reported, UNIT, measures="已整改", completed_on=NOW.date())
    assert hand_over(world) == {"passed": 1, "last": None}
    with pytest.raises(ForbiddenError):
        world.move("verify", commands.Verify, reported, TEAM, result="pass")
    done = world.move("verify", commands.Verify, reported, OTHER_TEAM, result="pass")
    assert (done["status"], done["team"]) == ("closed", "T06")
    assert world.ask.finding(closed, OFFICE)["team"] == "T05"
    row = next(row for row in world.history(reported) if row["move"] == "handover")
    assert (row["by"], row["note"], row["team"]) == ("office-1", "督导组撤回", "T06")


def test_a_source_ref_stays_that_of_the_team_that_posted_it(world: World) -> None:
    first = world.post(source_ref="R-1")
    theirs = world.post(OTHER_TEAM, source_ref="R-1")
    hand_over(world)
    assert world.post(source_ref="R-1")["id"] == first["id"]
    assert world.post(OTHER_TEAM, source_ref="R-1")["id"] == theirs["id"] != first["id"]


def test_a_handover_of_many_goes_in_batches_and_within_the_offices_area(world: World) -> None:
    for _ in range(BATCH + 1):
        world.post()
    world.post(area=ELSEWHERE)
    town = replace(OFFICE, area=TOWNSHIP)
    first = hand_over(world, town)
    assert first["passed"] == BATCH
    assert hand_over(world, town, after=first["last"]) == {"passed": 1, "last": None}
    teams = [row["team"] for row in world.database.collections["findings"].values()]
    assert (teams.count("T06"), teams.count("T05")) == (BATCH + 1, 1)


def test_a_team_does_not_hand_over_to_itself(world: World) -> None:
    with pytest.raises(InvalidError):
        hand_over(world, to="T05")


def refer(world: World, finding: str, by=TEAM):
    return world.move("refer", commands.Refer, finding, by, reason="屡查屡犯")


def decide(world: World, finding: str, result="granted", by=APPROVER):
    return world.move(
        "decide_referral", commands.DecideReferral, finding, by, result=result, reason="情况属实"
    )


def test_a_granted_referral_is_told_and_what_was_only_asked_is_not(world: World) -> None:
    finding = world.post()["id"]
    refer(world, finding)
    assert len(world.told(finding)) == 1
    decide(world, finding)
    event = world.told(finding)[-1]
    assert (event.type, event.data["referral"]["reason"]) == ("finding.referred.v1", "屡查屡犯")
    world.move("accept", commands.Accept, finding, UNIT)
    assert world.told(finding)[-1].data["referral"] == event.data["referral"]


def test_a_refused_referral_is_told_to_nobody(world: World) -> None:
    finding = world.post()["id"]
    refer(world, finding)
    decide(world, finding, "refused")
    assert [event.type for event in world.told(finding)] == ["finding.posted.v1"]


def test_who_referred_it_does_not_decide(world: World) -> None:
    finding = world.post()["id"]
    refer(world, finding, replace(OFFICE, sub="same"))
    with pytest.raises(SamePersonError):
        decide(world, finding, by=replace(APPROVER, sub="same"))


def test_a_unit_does_not_learn_of_a_referral_nor_its_author_of_the_decision(world: World) -> None:
    finding = world.post()["id"]
    refer(world, finding)
    waiting = world.ask.finding(finding, TEAM)
    decide(world, finding)
    seen = {by.role: [row["move"] for row in world.history(finding, by)] for by in (UNIT, TEAM, COMMISSION)}
    assert seen == {
        "unit": ["post"],
        "supervisor": ["refer", "post"],
        "commission": ["refer/decide", "refer", "post"],
    }
    shown = {by.role: world.ask.finding(finding, by)["referral"] for by in (UNIT, TEAM, OFFICE, COMMISSION)}
    assert [role for role, referral in shown.items() if referral] == ["commission"]
    assert "refer" not in waiting["allowed_moves"]
    assert "refer" in world.ask.finding(finding, TEAM)["allowed_moves"]


def test_evidence_nobody_uploaded_is_refused_by_its_place(world: World) -> None:
    finding = world.post()["id"]
    with pytest.raises(InvalidError) as refused:
        world.move("attach", commands.Attach, finding, TEAM, ids=["a-1"], note="夜间照片")
    assert set(refused.value.errors) == {"ids.0"}


def test_who_when_and_why_stand_in_the_history_of_every_move(world: World) -> None:
    finding = world.post()["id"]
    world.move("extend", commands.Extend, finding, UNIT, until=date(2026, 3, 20), reason="缺料")
    world.move(
        "decide_extension", commands.DecideExtension, finding, APPROVER, result="refused", note="时间足够"
    )
    world.move("supervise", commands.Supervise, finding, OFFICE, reason="群众反映强烈")
    rows = [(row["move"], row["by"], row["note"]) for row in world.history(finding)]
    assert rows == [
        ("supervise", "office-1", "群众反映强烈"),
        ("extend/decide", "approver-1", "时间足够"),
        ("extend", "unit-1", "缺料"),
        ("post", "poster", None),
    ]
