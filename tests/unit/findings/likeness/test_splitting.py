"""A pasted note becomes proposals, one for each problem and place; what is not understood is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.findings.adapters.county_splitting import load_splitting
from services.findings.application.commands import PostFinding
from shared.contracts.errors import DataFileError
from tests.unit.findings.likeness.world import OFFICE, TEAM, World

DEMO = [json.loads(line) for line in Path("deploy/demo/findings.ndjson").read_text("utf-8").splitlines()]
NOTE = """第九督导组2月11日督导情况反馈
一、光华街道
1.施营社区路口:部分路口没有封闭,人车难以管控。建议封闭路口,只留必要出入口并派专人值守。
2.江滩救护点:值班人员过多;防控氛围良好。
二、城关街道繁荣社区社区服务大厅:①地面没有一米线②外来人员登记台账填写不全,③防控文件和档案存放混乱。
三、部分社区、农村和企业口罩、测温扫码登记、台账等方面的问题合计41个,未附明细。
"""


def split(world: World, text: str, **shared: Any) -> dict[str, Any]:
    return world.app.notes.split({"text": text, **shared}, TEAM)


def test_a_note_is_taken_apart_by_problem_and_place(world: World) -> None:
    answer = split(world, NOTE)
    told = [(one["finding"]["area"], one["finding"]["category"], one["line"]) for one in answer["proposals"]]
    assert told == [
        ("990100002001", "access_control", 3),
        ("990100002002", "staffing", 4),
        ("990100001002", "health_checks", 5),
        ("990100001002", "records", 5),
        ("990100001002", "records", 5),
        (None, "health_checks", 6),
    ]
    first = answer["proposals"][0]["finding"]
    assert first["place"] == {"name": "施营社区路口", "kind": "checkpoint"}
    assert first["suggestion"] == "建议封闭路口,只留必要出入口并派专人值守"
    assert answer["proposals"][2]["finding"]["place"]["kind"] == "service_hall"


def test_what_was_not_understood_is_listed_with_its_line(world: World) -> None:
    assert split(world, NOTE)["not_understood"] == [
        {"line": 1, "text": "第九督导组2月11日督导情况反馈"},
        {"line": 4, "text": "防控氛围良好"},
    ]


def test_a_total_without_details_is_marked_with_its_count(world: World) -> None:
    total = split(world, NOTE)["proposals"][-1]
    assert (total["total_without_details"], total["finding"]["count"]) == (True, 41)
    assert {"area", "place.name"} <= set(total["missing"])


def test_a_total_with_details_is_told_by_them(world: World) -> None:
    proposals = split(world, "方山村卫生室共发现2个问题:①没有消杀记录;②口罩佩戴不规范。")["proposals"]
    assert [one["finding"]["category"] for one in proposals] == ["hygiene", "personal_protection"]
    assert {one["finding"]["area"] for one in proposals} == {"990100003001"}
    assert not any(one["total_without_details"] for one in proposals)


def test_each_finding_of_the_demo_county_written_as_a_line_is_one_proposal(world: World) -> None:
    for finding in DEMO:
        area, place = world.app.areas.name(finding["area"]), finding["place"]["name"]
        count = f"共{finding['count']}个问题," if finding["count"] > 1 else ""
        proposals = split(world, f"{area}{place}:{count}{finding['description']}。")["proposals"]
        told = [(one["finding"]["area"], one["finding"]["count"]) for one in proposals]
        assert told == [(finding["area"], finding["count"])], finding["source_ref"]


def test_most_of_their_categories_are_guessed(world: World) -> None:
    lines = [f"{world.app.areas.name(one['area'])}:{one['description']}" for one in DEMO]
    guessed = [split(world, line)["proposals"][0]["finding"]["category"] for line in lines]
    right = [guess == one["category"] for guess, one in zip(guessed, DEMO, strict=True)]
    assert sum(right) >= len(DEMO) * 0.8


def test_a_completed_proposal_can_be_posted(world: World) -> None:
    shared = {"method": "inspection", "found_at": world.now, "severity": "minor"}
    proposal = split(world, NOTE, **shared)["proposals"][0]
    assert proposal["missing"] == []
    command = PostFinding.from_request(proposal["finding"], TEAM, world.app.areas.township_of)
    assert world.run(lambda work: world.app.do.post_finding(work, command))[1]


def test_nothing_is_posted_by_splitting(world: World) -> None:
    world.app.notes.split({"text": NOTE}, OFFICE)
    assert world.database.collections == {}


@pytest.mark.parametrize("note", ["。", "建议加强值守", ":::", "①②③", "一、\n二、"])
def test_a_note_without_problems_has_no_proposals(world: World, note: str) -> None:
    assert split(world, note)["proposals"] == []


def test_words_of_an_unknown_category_stop_the_start(world: World, tmp_path: Path) -> None:
    text = Path("deploy/county/splitting.yaml").read_text("utf-8")
    (tmp_path / "splitting.yaml").write_text(
        text.replace("  market: [市场管理", "  fair: [市场管理"), "utf-8"
    )
    with pytest.raises(DataFileError, match="fair: no code of category"):
        load_splitting(tmp_path, world.app.vocabulary)


@pytest.mark.parametrize(
    "when",
    [
        "2月11日", "2026年2月11日上午,", "2月11日(周三)下午3点半 ", "2026-02-11 ", "11日", "二月十一日晚上",
        "2月11日9:30,", "2月11日14:05许,",
    ],
)  # fmt: skip
def test_when_it_was_found_is_no_part_of_the_places_name(world: World, when: str) -> None:
    (proposal,) = split(world, f"{when}施营社区路口:部分路口没有封闭")["proposals"]
    assert proposal["finding"]["place"] == {"name": "施营社区路口", "kind": "checkpoint"}
    assert proposal["finding"]["description"] == "部分路口没有封闭"


def test_a_number_in_a_places_name_is_not_taken_for_a_day(world: World) -> None:
    (proposal,) = split(world, "施营社区3号卡口:没有封闭")["proposals"]
    assert proposal["finding"]["place"]["name"] == "施营社区3号卡口"
