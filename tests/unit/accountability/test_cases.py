"""Cases: opened by rules or by the commission, joined by what belongs to them, told by ids only."""

from dataclasses import replace

import pytest

from services.accountability.adapters import indexes
from services.accountability.domain.errors import (
    FindingInCaseError,
    ForbiddenError,
    InvalidError,
    WithdrawnFindingError,
)
from tests.unit.accountability.world import COMMISSION, TOWNSHIP, World, posted, withdrawn


@pytest.fixture
def world():
    world = World()
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    return world


def repeated(world, *days, **told):
    for day in days:
        world.deliver(posted(f"f-{day}", found_at=f"2026-02-{day:02}T10:00:00+08:00", **told))


def rules(case):
    return [one["rule"] for one in case["because"]]


def test_a_critical_finding_opens_a_case_with_the_whole_chain(world):
    world.deliver(posted("f-1", severity="critical"))
    case = world.one(indexes.CASES)
    assert (case["status"], case["findings"], rules(case)) == ("opened", ["f-1"], ["critical_or_integrity"])
    assert [one["cadre"] for one in case["persons"]] == ["C1", "C2"]


def test_a_case_is_told_by_ids_only(world):
    world.deliver(posted("f-1", severity="critical"))
    (told,) = world.told("case")
    assert (told.type, told.subject, told.sequence) == ("case.opened.v1", world.one(indexes.CASES)["_id"], 1)
    assert told.data["persons"] == ["C1", "C2"]
    assert "李" not in str(told.data)


def test_no_assignment_and_no_warning_tells_that_a_case_exists(world):
    world.deliver(posted("f-1", severity="critical"))
    world.deliver(posted("f-2", severity="serious"))
    case = world.one(indexes.CASES)["_id"]
    told = [*world.told("responsibility"), *world.told("warning")]
    assert len(told) == 3
    assert case not in str([one.data for one in told])


def test_the_third_day_of_the_same_category_opens_a_case_with_all_three(world):
    repeated(world, 3, 5)
    assert world.all(indexes.CASES) == []
    repeated(world, 9)
    case = world.one(indexes.CASES)
    assert sorted(case["findings"]) == ["f-3", "f-5", "f-9"]
    assert case["because"][0]["facts"]["days"] == ["2026-02-03", "2026-02-05", "2026-02-09"]
    assert case["suggested"] == [{"cadre": "C1", "kind": "admonition_talk", "rule": "repeat_same_category"}]


def test_what_the_law_refuses_for_the_person_is_replaced_by_what_the_rule_names_instead():
    world = World()
    world.cadre("C1", identity=("contract",))
    world.duty("C1-1", "C1")
    repeated(world, 3, 5, 9)
    assert [one["kind"] for one in world.one(indexes.CASES)["suggested"]] == ["criticism_education"]


def test_further_findings_of_the_same_kind_join_the_unfinished_case(world):
    repeated(world, 3, 5, 9, 12)
    assert sorted(world.one(indexes.CASES)["findings"]) == ["f-12", "f-3", "f-5", "f-9"]
    assert [one.type for one in world.told("case")] == ["case.opened.v1", "case.advanced.v1"]


def test_another_category_is_another_case(world):
    repeated(world, 3, 5, 9)
    repeated(world, 13, 14, 15, category="market")
    assert len(world.all(indexes.CASES)) == 2


def test_a_further_rule_adds_its_reason_to_the_case_the_finding_is_in(world):
    repeated(world, 3, 5)
    repeated(world, 9, severity="critical")
    case = world.one(indexes.CASES)
    assert rules(case) == ["critical_or_integrity", "repeat_same_category"]
    assert len(world.all(indexes.CASE_FINDINGS)) == len(case["findings"])


def test_a_case_that_grows_by_a_whole_batch_is_told_once(world):
    repeated(world, 3, 5)
    world.deliver(*(posted(f"g-{number}", found_at="2026-02-09T10:00:00+08:00") for number in range(50)))
    (told,) = world.told("case")
    assert (told.type, len(told.data["findings"])) == ("case.opened.v1", 52)


def test_a_withdrawn_finding_that_never_counted_enough_opens_nothing(world):
    repeated(world, 3, 5)
    world.deliver(withdrawn("f-5", found_at="2026-02-05T10:00:00+08:00"))
    repeated(world, 9)
    assert world.all(indexes.CASES) == []


def test_the_withdrawal_of_a_cases_finding_is_noted_and_left_to_people(world):
    world.deliver(posted("f-1", severity="critical"), withdrawn("f-1", severity="critical"))
    assert world.one(indexes.CASES)["status"] == "opened"
    assert [row["move"] for row in world.all(indexes.CASE_HISTORY)] == ["opened", "finding_withdrawn"]


def test_somebody_assigned_later_joins_the_chain_of_the_open_case():
    world = World()
    world.person("C2", TOWNSHIP, "line_leader")
    world.deliver(posted("f-1", severity="critical"))
    world.person("C1")
    world.retry()
    assert {one["cadre"] for one in world.one(indexes.CASES)["persons"]} == {"C1", "C2"}
    assert world.one(indexes.CASES)["because"][0]["facts"]["cadres"] == ["C1"]


def test_the_commission_opens_a_case_with_its_reason(world):
    world.deliver(posted("f-1"), posted("f-2", area="990100001002"))
    case = world.open_case("f-1", "f-2", "f-1")
    assert (case.findings, case.reason, list(case.persons)) == (
        ["f-1", "f-2"], "due care was not taken", ["C1", "C2"],
    )  # fmt: skip
    assert world.one(indexes.CASE_HISTORY)["by"] == "commission-1"


def test_a_finding_is_in_one_unfinished_case_at_most(world):
    world.deliver(posted("f-1", severity="critical"), posted("f-2"))
    with pytest.raises(FindingInCaseError) as refused:
        world.open_case("f-2", "f-1")
    assert refused.value.extra == {"findings": ["f-1"]}


def test_a_case_by_hand_is_refused_for_what_is_unknown_withdrawn_or_outside_of_ones_area(world):
    world.deliver(posted("f-1"), posted("f-2"), withdrawn("f-2"))
    with pytest.raises(InvalidError):
        world.open_case("f-1", "ghost")
    with pytest.raises(WithdrawnFindingError):
        world.open_case("f-1", "f-2")
    with pytest.raises(ForbiddenError):
        world.open_case("f-1", by=replace(COMMISSION, area="990100002"))
    assert world.all(indexes.CASES) == []


def test_a_rule_that_speaks_of_a_finding_in_a_case_by_hand_adds_to_it(world):
    repeated(world, 3, 5)
    world.open_case("f-3")
    repeated(world, 9)
    by_hand, by_rule = sorted(world.all(indexes.CASES), key=lambda row: row["reason"] or "~")
    assert (by_hand["findings"], by_hand["because"]) == (["f-3"], [])
    assert sorted(by_rule["findings"]) == ["f-5", "f-9"], "what is in a case already stays there"
