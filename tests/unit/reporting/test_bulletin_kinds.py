"""The kinds of bulletins beside problems and cases: who writes them, and what they say of each finding."""

import pytest

from services.reporting.domain.bulletin import AUTHORS
from services.reporting.domain.errors import ForbiddenError
from services.reporting.domain.fact import rebuild
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import OFFICE, BulletinWorld, demo_facts
from tests.unit.reporting.world import COUNTY, TOWNSHIP, moved

UNIT = Claims("unit-1", "unit", TOWNSHIP)
PLAN = {"measures": "两班值守", "due": "2026-02-28"}
REPORT = {"measures": "已安排值守", "completed_on": "2026-02-24"}
BLOCK = {"reason": "缺设备", "needs": "测温枪", "review_on": "2026-03-10"}
FACTS = [
    rebuild("f-1", [moved("f-1", suggestion="安排专人")]),
    rebuild("f-2", [moved("f-2", "accepted", plan=PLAN)]),
    rebuild("f-3", [moved("f-3", "closed", plan=PLAN, report=REPORT, closed_at="2026-02-24T10:00:00+08:00")]),
    rebuild("f-4", [moved("f-4", "blocked", block=BLOCK)]),
    rebuild("f-5", [moved("f-5", "accepted", due_at="2026-02-25T00:00:00+08:00", team="T09")]),
]


def drafted(kind, by=OFFICE, facts=FACTS, **asked):
    world = BulletinWorld(facts)
    draft = world.draft(by, **{"kind": kind} | asked)
    return draft, world.render(draft["id"], "md", by)


@pytest.mark.parametrize("kind", AUTHORS)
def test_each_kind_is_written_by_its_role_alone_and_titled_by_its_template(kind):
    world, written = BulletinWorld(FACTS), 0
    for role in set(AUTHORS.values()):
        by = Claims("someone", role, COUNTY)
        if role == AUTHORS[kind]:
            assert "示范县" in world.draft(by, kind=kind)["title"]
            written += 1
        else:
            with pytest.raises(ForbiddenError):
                world.draft(by, kind=kind)
    assert written == 1


@pytest.mark.parametrize("kind", sorted(set(AUTHORS) - {"cases"}))
def test_coverage_counts_and_disposition_are_always_stated_and_every_figure_is_traced(kind):
    world, by = BulletinWorld(demo_facts()), Claims("someone", AUTHORS[kind], COUNTY)
    draft = world.draft(by, kind=kind)
    assert "12个乡镇（街道）、15个村（社区），列明点位28处，发现问题43条、83个" in draft["lead"]
    assert "另有41个为合计数、未附明细" in draft["lead"]
    assert "已销号13条" in draft["lead"]
    for path, value in draft["figures"].items():
        assert world.bulletins.trace(draft["id"], path, by)["value"] == value


@pytest.mark.parametrize("kind", AUTHORS)
def test_days_without_anything_make_a_bulletin_that_says_so(kind):
    draft, said = drafted(kind, Claims("someone", AUTHORS[kind], COUNTY), facts=[])
    assert "未发现问题" in draft["lead"] or "没有可以通报的典型问题" in draft["lead"]
    assert "| --- |" not in said


def test_a_digest_is_by_team_with_what_it_asks():
    draft, said = drafted("digest")
    assert draft["group_by"] == "team"
    assert "## 一、第五督导组（4条4个）" in said
    assert "## 二、第九督导组（1条1个）" in said
    assert "整改建议：安排专人" in said


def test_a_progress_bulletin_itemises_what_is_overdue_or_blocked_and_counts_the_rest_by_township():
    draft, said = drafted("progress")
    assert draft["figures"]["overdue.findings"] == 1
    assert "已销号1条，未销号4条，逾期未整改1条" in draft["lead"]
    assert "## 一、逾期未整改问题（1条1个）" in said
    assert "## 二、暂时无法整改问题（1条1个）" in said
    assert "暂时无法整改原因：缺设备" in said
    assert "f-3号" not in said
    assert "| 城关街道 | 5 | 1 | 4 | 1 |" in said


def test_a_plan_gives_each_problem_its_measure_and_time_limit():
    _, said = drafted("plan", UNIT)
    assert "整改措施：两班值守" in said
    assert "整改时限：2026年2月28日" in said
    assert "整改措施：尚未报送" in said


def test_a_report_says_what_was_done_or_why_not_and_what_comes_next():
    _, said = drafted("rectification", UNIT)
    assert "整改情况：2026年2月24日完成。已安排值守" in said
    assert "未完成原因：缺设备" in said
    assert "下一步打算：测温枪" in said
    assert "整改情况：正在整改，未完成" in said


def test_a_unit_writes_for_its_own_area_only():
    with pytest.raises(ForbiddenError):
        drafted("plan", UNIT, area=COUNTY)


def test_a_daily_is_by_area():
    draft, said = drafted("daily")
    assert "督导日报" in draft["title"]
    assert "## 一、城关街道（5条5个）" in said


def test_what_belongs_below_a_problem_is_printed_below_it():
    world = BulletinWorld(FACTS)
    draft = world.draft(UNIT, kind="plan")
    world.bulletins.file(draft["id"], "docx", UNIT)
    assert "整改措施：两班值守" in str(world.renderer.documents[-1].body)


def test_html_has_its_chart_as_a_picture_without_script():
    world = BulletinWorld(demo_facts())
    html = world.render(world.draft(kind="progress")["id"], "html")
    assert "<svg" in html
    assert "<script" not in html
    assert "各乡镇（街道）整改情况" in html
