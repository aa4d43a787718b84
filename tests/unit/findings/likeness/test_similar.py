"""Similar findings: what is suggested, what is not, and the reasons."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.findings.adapters.county_likeness import load_likeness
from services.findings.adapters.wording import alike
from services.findings.domain.likeness import normalised
from shared.contracts.errors import DataFileError
from tests.unit.findings.likeness.world import SISTER, VILLAGE, World, claims

SAME = "部分路口没有封闭,人车难以管控"
REWORDED = "部分路口未封闭、人车难以管控。"


def test_the_same_problem_at_the_same_place_is_suggested_with_reasons(world: World) -> None:
    first = world.post()
    second = world.post(description=REWORDED)
    assert second["similar"] == [first["id"]]
    because = second["similar_because"][0]
    assert because["score"] == 100
    assert because["reasons"] == ["描述相似度100%", "同一辖区同一地点:凤栖社区 东门"]
    assert world.get(first["id"])["similar"] == [second["id"]], "it is said of both"


def test_a_sister_village_with_other_words_is_not_the_same_though_the_names_are_alike(world: World) -> None:
    world.post(place={"name": "凤栖社区卡口", "kind": "checkpoint"}, description="凤栖社区卡口值守人员脱岗")
    other = world.post(
        area=SISTER,
        place={"name": "繁荣社区卡口", "kind": "checkpoint"},
        description="繁荣社区卡口测温设备损坏",
    )
    assert other["similar"] == []


def test_the_same_words_of_a_sister_village_are_suggested_below_the_same_place(world: World) -> None:
    there = world.post(area=SISTER, place={"name": "西门", "kind": "checkpoint"})
    here = world.post()
    found = world.post(description=REWORDED)
    assert found["similar"] == [here["id"], there["id"]]
    scores = [one["score"] for one in found["similar_because"]]
    assert scores == [100, 76]
    assert "不同村(社区)" in found["similar_because"][1]["reasons"][1]


@pytest.mark.parametrize(
    "values",
    [
        {"category": "records"},
        {"area": "990100002001"},
        {"description": "登记台账缺三天"},
    ],
    ids=["another category", "another township", "another problem"],
)
def test_another_category_township_or_problem_is_not_suggested(world: World, values: dict[str, Any]) -> None:
    world.post()
    assert world.post(**values)["similar"] == []


def test_after_thirty_days_it_is_not_suggested(world: World) -> None:
    first = world.post()
    world.now += timedelta(days=30)
    assert world.post()["similar"] == [first["id"]]
    world.now += timedelta(days=30, seconds=1)
    assert world.post()["similar"] == []


def test_nothing_outside_of_the_callers_area_is_suggested(world: World) -> None:
    world.post(area=SISTER)
    assert world.post(by=claims("supervisor", area=VILLAGE))["similar"] == []


def test_names_are_taken_out_of_the_words_before_they_are_compared() -> None:
    rules = load_likeness("deploy/county")
    assert normalised("东街村 卡口没有人值班!", rules, ["东街村"]) == "卡口无人值守"
    assert alike("", "") == 0


def test_a_threshold_that_is_no_percentage_stops_the_start(tmp_path: Path) -> None:
    text = Path("deploy/county/likeness.yaml").read_text(encoding="utf-8")
    (tmp_path / "likeness.yaml").write_text(text.replace("suggest_from: 75", "suggest_from: 175"))
    with pytest.raises(DataFileError, match=r"likeness.yaml, line \d+: suggest_from"):
        load_likeness(tmp_path)
