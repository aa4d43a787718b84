"""Flags for a second look: each is raised by its own sign, explained, and shown to those who look again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.findings.adapters.county_evidence import load_evidence_rules
from services.findings.domain.errors import ForbiddenError
from services.findings.domain.parts import Report
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.support import pictures
from tests.unit.findings.evidence_world import AUDITOR, LONG, OFFICE, TEAM, UNIT, World

OTHER = "组织全体网格员入户核对登记台账,补齐缺漏信息三十二条,并建立每周抽查制度"


def test_an_honest_report_has_no_flags(world: World) -> None:
    finding, _ = world.post(world.upload(TEAM))
    world.report(finding["id"], world.upload(UNIT, pictures.jpeg("green")))
    shown = world.app.ask.finding(finding["id"], TEAM)
    assert (shown["review_flags"], shown["review_weight"]) == ([], 1)


def test_the_same_photo_on_another_finding_is_flagged_whatever_its_name(world: World) -> None:
    first, _ = world.post()
    second, _ = world.post()
    world.report(first["id"], world.upload(UNIT, name="一.jpg"))
    world.report(second["id"], world.upload(UNIT, name="二.jpg"), measures=OTHER)
    flags = world.flags(second["id"])
    assert list(flags) == ["same_photo"]
    assert first["number"] in flags["same_photo"]["because"]
    assert flags["same_photo"]["findings"] == [first["id"]]
    assert world.flags(first["id"]) == {}
    assert world.app.ask.finding(second["id"], TEAM)["review_weight"] == 4


def test_a_photo_that_its_own_finding_has_is_no_sign(world: World) -> None:
    finding, _ = world.post(world.upload(TEAM))
    world.report(finding["id"], world.upload(UNIT))
    assert world.flags(finding["id"]) == {}


def test_nearly_the_same_words_are_flagged_and_say_how_much(world: World) -> None:
    first, _ = world.post()
    second, _ = world.post()
    world.report(first["id"], measures=LONG)
    world.report(second["id"], measures=LONG.replace(",", " 、") + "。")
    flag = world.flags(second["id"])["similar_report"]
    assert f"{first['number']}相似度 100%" in flag["because"]


@pytest.mark.parametrize("measures", [OTHER, "已整改到位"])
def test_other_words_and_words_too_few_are_no_sign(world: World, measures: str) -> None:
    first, _ = world.post()
    second, _ = world.post()
    world.report(first["id"], measures=LONG if measures == OTHER else measures)
    world.report(second["id"], measures=measures)
    assert world.flags(second["id"]) == {}


def test_the_same_words_of_another_unit_or_of_long_ago_are_no_sign(world: World) -> None:
    other, _ = world.post(area="990100003001", units=("990100003",))
    world.report(other["id"], by=Claims("u3", "unit", "990100003"))
    finding, _ = world.post()
    world.report(finding["id"])
    assert world.flags(finding["id"]) == {}
    world.now += timedelta(days=91)
    late, _ = world.post(place=replace(world.posting().facts.place, name="东门"))
    world.report(late["id"])
    assert world.flags(late["id"]) == {}


def test_a_photo_taken_before_anything_was_found_is_flagged(world: World) -> None:
    finding, _ = world.post()
    taken = (world.now - timedelta(days=2)).strftime("%Y:%m:%d %H:%M:%S")
    world.report(finding["id"], world.upload(UNIT, pictures.jpeg(taken=taken, offset="+00:00")))
    assert "早于发现时间" in world.flags(finding["id"])["photo_before_finding"]["because"]


def test_a_clock_that_is_a_little_wrong_is_no_sign(world: World) -> None:
    finding, _ = world.post()
    taken = (world.now - timedelta(hours=1, minutes=59)).strftime("%Y:%m:%d %H:%M:%S")
    world.report(finding["id"], world.upload(UNIT, pictures.jpeg(taken=taken, offset="+00:00")))
    assert world.flags(finding["id"]) == {}


def test_the_same_place_and_category_back_after_days_is_flagged_and_after_months_is_not(world: World) -> None:
    first, _ = world.post()
    world.report(first["id"])
    world.close(first["id"])
    world.now += timedelta(days=10)
    back, _ = world.post()
    world.report(back["id"], measures=OTHER)
    assert "销号 10 天后" in world.flags(back["id"])["back_soon"]["because"]
    world.now += timedelta(days=40)
    late, _ = world.post()
    world.report(late["id"], measures=OTHER * 2)
    assert "back_soon" not in world.flags(late["id"])


def test_a_completion_before_the_finding_in_an_old_ledger_is_flagged(world: World) -> None:
    finding, _ = world.post()

    def take_over(work: Any) -> None:
        found = work.findings.get(finding["id"])
        found.latest_report = Report("已整改", date(2020, 1, 1), found.posted)
        world.app.do._reviewer.assess(work, found, [], world.now)
        work.findings.save(found)

    world.do(take_over)
    assert "2020-01-01" in world.flags(finding["id"])["completed_before_finding"]["because"]


def test_a_new_report_is_looked_at_anew(world: World) -> None:
    first, _ = world.post()
    second, _ = world.post()
    world.report(first["id"])
    world.report(second["id"])
    assert "similar_report" in world.flags(second["id"])
    found = world.database.collections["findings"][second["id"]]
    found["status"] = "rectifying"
    world.report(second["id"], measures=OTHER)
    assert world.flags(second["id"]) == {}
    assert "flagged" not in world.database.collections["findings"][second["id"]]


@pytest.mark.parametrize("role", ["unit", "commission", "approver"])
def test_flags_are_for_those_who_look_again(world: World, role: str) -> None:
    finding, _ = world.post()
    world.report(finding["id"])
    reader = Claims("x1", role, "990100")
    assert "review_flags" not in world.app.ask.finding(finding["id"], reader)
    with pytest.raises(ForbiddenError):
        world.app.ask.findings({"limit": 50, "cursor": None, "area": None, "flagged": True}, reader)


@pytest.mark.parametrize("reader", [TEAM, OFFICE, AUDITOR])
def test_flagged_findings_are_listed(world: World, reader: Claims) -> None:
    first, _ = world.post()
    second, _ = world.post()
    world.report(first["id"])
    world.report(second["id"])
    for flagged, wanted in ((True, second), (False, first)):
        asked = {"limit": 50, "cursor": None, "area": None, "flagged": flagged}
        found, _ = world.app.ask.findings(asked, reader)
        assert [one["id"] for one in found] == [wanted["id"]]


def test_a_sentence_that_names_what_there_is_not_stops_the_start(tmp_path: Any) -> None:
    text = Path("deploy/county/evidence.yaml").read_text(encoding="utf-8")
    (tmp_path / "evidence.yaml").write_text(text.replace("{numbers}", "{cadre}"), encoding="utf-8")
    with pytest.raises(DataFileError, match="same_photo"):
        load_evidence_rules(tmp_path)
