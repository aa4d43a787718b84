"""Problems bulletins: what a draft says, where its figures come from, and who may do what with it."""

import dataclasses
from datetime import date, timedelta

import pytest

from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.bulletin_figures import PARTS, figures
from services.reporting.domain.bulletin_item import groups, item_of
from services.reporting.domain.errors import (
    ForbiddenError,
    InvalidError,
    NotDraftError,
    UnknownBulletinError,
    UnknownFigureError,
)
from services.reporting.domain.fact import rebuild
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import (
    DRAFTED_AT,
    GOLDEN,
    OFFICE,
    BulletinWorld,
    demo_bulletin,
    demo_events,
    demo_facts,
)
from tests.unit.reporting.world import COUNTY, TOWNSHIP, moved

DEMO_FINDINGS, DEMO_PROBLEMS, WITHOUT_DETAILS = 43, 83, 41


@pytest.fixture
def world() -> BulletinWorld:
    return BulletinWorld(demo_facts())


@pytest.mark.parametrize("ending", ["md", "html"])
def test_the_demo_countys_bulletin_is_the_one_that_was_read_and_kept(ending: str) -> None:
    world, bulletin = demo_bulletin()
    assert world.render(bulletin, ending) == (GOLDEN / f"problems.{ending}").read_text(encoding="utf-8")


def test_the_demo_has_43_findings_with_83_problems_of_which_41_are_a_total_without_details(world):
    found = world.draft()["figures"]
    assert found["total.findings"] == DEMO_FINDINGS
    assert found["total.problems"] == DEMO_PROBLEMS
    assert found["without_details.problems"] == WITHOUT_DETAILS
    assert found["itemised.problems"] == DEMO_PROBLEMS - WITHOUT_DETAILS


def test_every_figure_is_traced_to_findings_that_add_up_to_it(world):
    bulletin = world.draft()
    for path, value in bulletin["figures"].items():
        traced = world.bulletins.trace(bulletin["id"], path, OFFICE)
        assert traced["ids"] == [item["id"] for item in traced["items"]]
        counted = {
            "findings": len(traced["ids"]),
            "problems": sum(item["count"] for item in traced["items"]),
            "places": len({(item["area"], item["place"]) for item in traced["items"]}),
            "townships": len({item["area"][:9] for item in traced["items"]}),
            "villages": len({item["area"] for item in traced["items"]}),
        }
        assert traced["value"] == value == counted[traced["unit"]], path


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("unit", ["findings", "problems"])
def test_the_parts_add_up_to_the_whole(world, part, unit):
    found = world.draft()["figures"]
    parts = [n for path, n in found.items() if path.startswith(f"{part}.") and path.endswith(f".{unit}")]
    assert sum(parts) == found[f"total.{unit}"]


def test_a_figure_is_found_as_it_stands_in_the_answer_and_an_unknown_one_names_those_there_are(world):
    bulletin = world.draft()["id"]
    assert world.bulletins.trace(bulletin, "figures.total.problems", OFFICE)["value"] == DEMO_PROBLEMS
    with pytest.raises(UnknownFigureError) as refused:
        world.bulletins.trace(bulletin, "total.nothing", OFFICE)
    assert "total.findings" in refused.value.extra["figures"]


def test_each_group_has_its_places_first_and_then_its_totals(world):
    items = [item_of(fact, DRAFTED_AT) for fact in demo_facts()]
    shown = groups(items, "category", ["records", "access_control"])
    assert [group.key for group in shown[:2]] == ["records", "access_control"]
    for group in shown:
        assert all(not item.is_total for item in group.places)
        assert all(item.is_total for item in group.totals)
    assert sum(len(group.places) + len(group.totals) for group in shown) == DEMO_FINDINGS
    text = world.render(world.draft()["id"], "md")
    section = text[text.index("、测温扫码登记") : text.index("、口罩与个人防护")]
    assert 0 < section.index("\n1. ") < section.index("未附明细的合计数")
    assert "共41个" in section[section.index("未附明细的合计数") :]


def test_it_can_be_grouped_by_area_instead(world):
    text = world.render(world.draft(group_by="area")["id"], "md")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[0] == "## 一、示范县（1条41个）"
    assert "## 二、城关街道（13条13个）" in headings


def test_it_says_when_it_was_drafted_and_what_happens_later_does_not_move_its_figures():
    facts = demo_facts()
    world = BulletinWorld(facts)
    bulletin = world.draft()
    before = world.render(bulletin["id"], "md")
    assert "数据截至2026-03-02 09:30" in before
    facts.append(rebuild("later", [moved("later")]))
    world.now += timedelta(days=9)
    assert world.render(bulletin["id"], "md") == before
    assert world.bulletins.get(bulletin["id"], OFFICE)["figures"] == bulletin["figures"]


def test_what_was_withdrawn_is_in_no_bulletin():
    events = [*demo_events(), moved("f-01", "withdrawn", 9)]
    facts = [rebuild(f"f-{n:02}", events) for n in range(1, DEMO_FINDINGS + 1)]
    drafted = BulletinWorld(facts).draft()
    assert drafted["figures"]["total.findings"] == DEMO_FINDINGS - 1
    assert "status.withdrawn.findings" not in drafted["figures"]


def test_days_without_findings_make_a_bulletin_that_says_so(world):
    drafted = world.draft(since=date(2020, 1, 1), until=date(2020, 1, 1))
    assert drafted["figures"]["total.findings"] == 0
    assert drafted["lead"] == "2020年1月1日，各督导组对示范县开展督导检查，未发现问题。"
    text = world.render(drafted["id"], "md")
    assert "合计0条0个" in text
    assert "| --- |" not in text


def test_a_draft_has_no_number_and_names_nobody_beyond_position(world):
    drafted = world.draft()
    assert drafted["number"] is None
    assert drafted["status"] == "draft"
    assert drafted["names"] == "position_only"
    assert "草稿，未编号" in world.render(drafted["id"], "html")


@pytest.mark.parametrize(
    ("field", "asked"),
    [("names", {"names": "full"}), ("to", {"since": date(2026, 2, 2), "until": date(2026, 2, 1)})],
)
def test_full_names_and_days_in_the_wrong_order_are_refused(world, field, asked):
    with pytest.raises(InvalidError) as refused:
        world.draft(**asked)
    assert set(refused.value.errors) == {field}


# Who may


@pytest.mark.parametrize("area", ["990100002", COUNTY, "990200"])
def test_a_bulletin_is_drafted_of_ones_own_area_only(world, area):
    with pytest.raises(ForbiddenError):
        world.draft(by=Claims("office-2", "office", TOWNSHIP), area=area)


@pytest.mark.parametrize("role", ["supervisor", "unit", "commission", "admin"])
def test_a_draft_is_hidden_from_roles_other_than_the_authors_the_approver_and_the_auditor(world, role):
    bulletin, by = world.draft()["id"], Claims("someone", role, COUNTY)
    with pytest.raises(ForbiddenError):
        world.bulletins.get(bulletin, by)
    with pytest.raises(ForbiddenError):
        world.render(bulletin, "html", by)
    with pytest.raises(ForbiddenError):
        world.bulletins.trace(bulletin, "total.findings", by)
    assert world.bulletins.find(by, limit=10, cursor=None) == ([], None)


@pytest.mark.parametrize("role", ["approver", "auditor", "office"])
def test_a_draft_is_read_by_them(world, role):
    bulletin, by = world.draft()["id"], Claims("someone", role, COUNTY)
    assert world.bulletins.get(bulletin, by)["id"] == bulletin
    assert [one["id"] for one in world.bulletins.find(by, limit=10, cursor=None)[0]] == [bulletin]


def test_a_bulletin_of_a_larger_area_is_refused_and_an_unknown_one_unknown(world):
    bulletin = world.draft()["id"]
    with pytest.raises(ForbiddenError):
        world.bulletins.get(bulletin, Claims("office-2", "office", TOWNSHIP))
    with pytest.raises(UnknownBulletinError):
        world.bulletins.get("no-such", OFFICE)


# Mending the draft


def test_what_is_left_out_leaves_figures_lead_groups_and_tables(world):
    bulletin = world.draft()
    edited = world.edit(bulletin["id"], left_out=[{"id": "f-18", "reason": "合计数另行通报"}])
    assert edited["version"] == 2
    assert edited["figures"]["total.problems"] == DEMO_PROBLEMS - WITHOUT_DETAILS
    assert edited["figures"]["without_details.findings"] == 0
    assert edited["exclude"] == [{"id": "f-18", "reason": "合计数另行通报"}]
    assert "42条、42个" in edited["lead"]
    text = world.render(bulletin["id"], "md")
    assert "督〔2026〕18号" not in text
    assert "合计数另行通报" not in text
    assert "剔除1条" in text
    assert "f-18" not in world.bulletins.trace(bulletin["id"], "total.findings", OFFICE)["ids"]
    back = world.edit(bulletin["id"], left_out=[])
    assert back["figures"] == bulletin["figures"]


def test_texts_are_the_offices_own_until_they_are_given_back_to_the_template(world):
    bulletin = world.draft()
    edited = world.edit(
        bulletin["id"],
        title="通报",
        lead="第一段\n\n第二段",
        closing="完",
        addressees=["各乡镇"],
        copy_to=["县委"],
    )
    assert (edited["title"], edited["lead"], edited["closing"]) == ("通报", "第一段\n\n第二段", "完")
    text = world.render(bulletin["id"], "md")
    assert "各乡镇：\n\n第一段\n\n第二段\n\n## " in text
    assert text.endswith("完\n\n抄送：县委\n")
    back = world.edit(bulletin["id"], lead=None, closing=None)
    assert (back["lead"], back["closing"]) == (bulletin["lead"], bulletin["closing"])


def test_a_change_of_what_is_not_in_it_is_refused_and_no_change_changes_nothing(world):
    bulletin = world.draft()
    with pytest.raises(InvalidError) as refused:
        world.edit(bulletin["id"], left_out=[{"id": "elsewhere", "reason": "x"}])
    assert refused.value.errors == {"exclude.0.id": ["neither a finding nor a case of this bulletin"]}
    assert world.edit(bulletin["id"])["version"] == 1


def test_only_a_draft_is_changed(world):
    draft = world.store.whole(world.draft()["id"])
    assert isinstance(draft, Bulletin)
    published = dataclasses.replace(draft, status="published")
    with pytest.raises(NotDraftError):
        published.edit({"title": "x"}, world.now)


def test_coverage_counts_what_was_named_and_the_countys_own_findings_lie_in_no_township():
    facts = [
        rebuild("a", [moved("a", place={"name": "甲", "kind": "other"})]),
        rebuild("b", [moved("b", place={"name": "甲", "kind": "other"})]),
        rebuild("c", [moved("c", area=COUNTY, count=5)]),
    ]
    found = figures([item_of(fact, DRAFTED_AT) for fact in facts])
    assert found["coverage.places"].value == 1
    assert found["coverage.townships"].value == 1
    assert found["coverage.villages"].value == 1
    assert found["total.problems"].value == 7
