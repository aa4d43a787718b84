"""Typical cases: what of them is told, of whom, and under which name."""

from datetime import date

import pytest

from services.reporting.domain.errors import ForbiddenError, InvalidError
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import OFFICE, BulletinWorld
from tests.unit.reporting.case_events import direct, served_case, typical_cases
from tests.unit.reporting.world import COUNTY

COMMISSION = Claims("commission-1", "commission", COUNTY)
KINDS = {
    "party_serious_warning": 3, "county_wide_notice": 3, "removal": 2, "reminder_talk": 2, "admonition_talk": 2,
    "party_warning": 1, "contract_termination": 1, "written_self_criticism": 1,
}  # fmt: skip


def drafted(*told, **asked):
    world = BulletinWorld([], told)
    return world, world.draft(COMMISSION, **{"kind": "cases"} | asked)


def text(*told, **asked):
    world, draft = drafted(*told, **asked)
    return world.render(draft["id"], "md", COMMISSION)


def test_the_demos_bulletin_has_5_cases_11_people_and_15_measures_by_kind():
    _, draft = drafted(*typical_cases())
    found = draft["figures"]
    assert found["cases.total"] == 5
    assert (found["persons.total"], found["persons.direct"], found["persons.leaders"]) == (11, 6, 5)
    assert found["persons.elsewhere"] == 1
    assert found["measures.total"] == 15
    assert {
        path.removeprefix("measure."): n for path, n in found.items() if path.startswith("measure.")
    } == KINDS
    assert draft["names"] == "masked"
    assert (
        "典型问题5起，处理责任人11人，其中直接责任6人、领导和监管责任5人，由有关单位另行处理1人"
        in draft["lead"]
    )
    assert "给予处理15人次" in draft["lead"]


def test_every_figure_is_traced_to_as_many_records():
    world, draft = drafted(*typical_cases())
    for path, value in draft["figures"].items():
        traced = world.bulletins.trace(draft["id"], path, COMMISSION)
        assert len(set(traced["ids"])) == value == traced["value"], path


def test_a_case_tells_post_conduct_and_measures_with_their_days_and_the_supervisory_persons_last():
    said = text(*typical_cases())
    second = said[said.index("## 二、") : said.index("## 三、")]
    assert "2026年1月27日至2026年2月5日，未按要求值守" in second
    first_person = second.index("施营社区党支部书记赵某")
    assert "负有直接责任，2026年2月13日由县纪委作出党内警告处理" in second
    assert first_person < second.index("负有监管责任，2026年2月13日由县纪委作出提醒谈话处理")
    fourth = said[said.index("## 四、") : said.index("## 五、")]
    assert "由有关单位另行处理" in fourth


@pytest.mark.parametrize(
    "told",
    [
        served_case("case-1", [direct("C001")], restricted=True),
        served_case("case-1", [direct("C001")], status="decided"),
        served_case("case-1", [direct("C001")], status="revoked"),
        served_case("case-1", [direct("C001", decided_on="2025-12-31")]),
        served_case("case-1", [direct("C001")], areas=["990100002001", "990200001001"]),
    ],
    ids=["restricted", "not served", "revoked", "other days", "outside of the area"],
)
def test_what_may_not_be_told_is_in_no_bulletin(told):
    _, draft = drafted(*told, since=date(2026, 1, 1))
    assert draft["figures"]["cases.total"] == 0
    assert "没有可以通报的典型问题" in draft["lead"]


def test_namesakes_are_told_apart():
    names = {"C001": "张建国", "C002": "张建华", "C003": "李四海"}
    said = text(*served_case("case-1", [direct(one) for one in names], names=names))
    assert "书记张某甲" in said
    assert "书记张某乙" in said
    assert "书记李某某" in said
    assert "张建" not in said


def test_by_position_only_no_name_stands_anywhere_not_even_in_the_facts():
    facts = "张建国（张某某）未到岗"
    told = served_case("case-1", [direct("C001")], names={"C001": "张建国"}, facts=facts)
    world, draft = drafted(*told, names="position_only")
    said = world.render(draft["id"], "md", COMMISSION)
    assert "张" not in said
    assert "施营社区党支部书记（施营社区党支部书记）未到岗" in said
    assert "张建国" not in str(world.database.collections["bulletins"])


def test_masked_a_full_name_in_the_facts_is_masked_as_well():
    told = served_case("case-1", [direct("C001")], names={"C001": "张建国"}, facts="张建国未到岗")
    assert "张某某未到岗" in text(*told)


@pytest.mark.parametrize("opened", [{"kind": "county_wide_notice"}, {"publish": True}])
def test_full_names_need_a_served_decision_that_lets_the_county_know(opened):
    names = {"C001": "张建国", "C002": "李四海"}
    told = served_case("case-1", [direct("C001", **opened), direct("C002")], names=names)
    with pytest.raises(InvalidError) as refused:
        drafted(*told, names="full")
    assert "C002" in refused.value.errors["names"][0]
    assert "C001" not in refused.value.errors["names"][0]
    alone = served_case("case-1", [direct("C001", **opened)], names={"C001": "张建国"})
    assert "书记张建国" in text(*alone, names="full")


def test_what_the_public_reads_needs_a_decision_to_publish():
    told = served_case("case-1", [direct("C001", "county_wide_notice")], names={"C001": "张建国"})
    world, draft = drafted(*told, names="full")
    assert world.edit(draft["id"], COMMISSION, audience="county")["audience"] == "county"
    with pytest.raises(InvalidError) as refused:
        world.edit(draft["id"], COMMISSION, audience="public")
    assert "C001" in refused.value.errors["audience"][0]


def test_a_case_is_left_out_with_a_reason_and_the_figures_follow():
    world, draft = drafted(*typical_cases())
    edited = world.edit(draft["id"], COMMISSION, left_out=[{"id": "case-5", "reason": "复核中"}])
    assert edited["figures"]["cases.total"] == 4
    assert edited["figures"]["persons.total"] == 7
    assert "## 五、" not in world.render(draft["id"], "md", COMMISSION)


def test_the_commission_drafts_and_publishes_it_and_who_may_not_know_cases_does_not_see_what_is_behind():
    world, draft = drafted(*typical_cases())
    with pytest.raises(ForbiddenError):
        world.draft(OFFICE, kind="cases")
    with pytest.raises(ForbiddenError):
        world.bulletins.get(draft["id"], OFFICE)
    world.approve(draft["id"])
    published = world.publish(draft["id"], COMMISSION)
    assert published["number"] == "示督通〔2026〕1号"
    assert world.bulletins.get(draft["id"], OFFICE)["number"] == published["number"]
    assert world.bulletins.faults(draft["id"]) == []
    with pytest.raises(ForbiddenError):
        world.bulletins.trace(draft["id"], "persons.total", OFFICE)


def test_it_is_printed_with_its_cases_and_a_table_of_measures():
    world, draft = drafted(*typical_cases())
    world.bulletins.file(draft["id"], "pdf", COMMISSION)
    body = str(world.renderer.documents[-1].body)
    assert "典型问题1" in body
    assert "按处理措施" in body
    assert "问题以条计" not in body
