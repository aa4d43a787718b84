"""Findings answered in one sheet: each line as its single move would be, and a sheet sent twice moves nothing twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from services.findings.adapters.collections import FINDINGS
from services.findings.application import commands
from services.findings.domain.calendar import day_of
from services.findings.domain.errors import ForbiddenError, InvalidError
from services.findings.domain.facts import Place
from services.findings.entrypoints.move_lines import AT_ONCE
from shared.contracts.claims import Claims
from shared.http.problems import Problem
from shared.persistence.errors import UnavailableError
from shared.persistence.memory import MemoryDatabase, MemoryTransaction
from shared.persistence.transaction import Transaction
from tests.unit.findings.evidence_world import NOW, TEAM, UNIT, World
from tests.unit.findings.sheets import (
    CSV,
    XLSX,
    CutOffError,
    answers,
    filled,
    move,
    move_body,
    post_lines,
)

APPROVER = Claims("ap1", "approver", "990100")
TODAY = day_of(NOW).isoformat()
LATER = (day_of(NOW) + timedelta(days=5)).isoformat()
REPORT = {"move": "report", "measures": "已安排两名值守人员", "completed_on": TODAY}
BLOCK = {"move": "block", "reason": "缺少设备", "needs": "测温枪", "review_on": LATER}


class Quarrelled:
    """A database in which others were faster, once."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._quarrels = 1

    def transact(self, work: Callable[[Transaction], Any], timeout: float = 5.0) -> Any:
        if self._quarrels:
            self._quarrels -= 1
            raise UnavailableError("others were faster")
        return self._database.transact(work, timeout)


def posted(world: World, count: int = 1, **told: Any) -> list[dict[str, Any]]:
    return [world.post(**told)[0] for _ in range(count)]


def status(world: World, finding: str) -> str:
    return str(world.app.ask.finding(finding, TEAM)["status"])


def history(world: World, finding: str) -> list[str]:
    return [row["move"] for row in world.app.ask.history(finding, TEAM, 50, None)[0]]


def test_a_township_answers_thirty_findings_in_one_sheet(world: World) -> None:
    findings = posted(world, 30)
    numbers = [one["number"] for one in findings]
    accept = [{"number": number, "move": "accept"} for number in numbers[10:20]]
    assert move(world, UNIT, *accept)["accepted"] == 10
    told: dict[str, dict[str, Any]] = {
        number: {"办理": "整改完成", "整改措施": "已安排值守", "整改完成日期": TODAY}
        for number in numbers[:10]
    }
    told |= {
        number: {"办理": "暂时无法整改", "原因": "缺设备", "需要的支持": "测温枪", "复查日期": LATER}
        for number in numbers[10:20]
    }
    told[numbers[20]] = {"办理": "提出异议", "异议理由": "不属于本单位"}
    told[numbers[21]] = {"问题编号": "督〔2026〕999号", "办理": "认领"}
    told[numbers[22]] = {"办理": "整改完成", "整改措施": "已整改", "整改完成日期": TODAY}
    book = answers(world, UNIT)
    closed = findings[22]["id"]
    world.report(closed)
    world.close(closed)
    sheet = filled(book, **told)
    tried = move_body(world, sheet, UNIT, XLSX, dry_run=True)
    assert [one["status"] for one in findings[:10]] == [status(world, one["id"]) for one in findings[:10]]
    answer = move_body(world, sheet, UNIT, XLSX)
    assert tried["results"] == answer["results"]
    assert (answer["accepted"], answer["replayed"], answer["rejected"]) == (21, 0, 2)
    assert len(answer["results"]) == 23  # seven rows were left empty
    found = [status(world, one["id"]) for one in findings]
    assert found == ["reported"] * 10 + ["blocked"] * 10 + ["disputed", "issued", "closed"] + ["issued"] * 7
    wrong, late = [row for row in answer["results"] if row["status"] != 200]
    rows = {wrong["status"]: wrong, late["status"]: late}
    assert rows[404]["errors"] == {"问题编号": ["没有这个编号的问题"]}
    assert rows[409]["errors"] == {
        "办理": ["现在不能这样办理:该问题现为“已销号”,你可以办理:无"]
    }  # fmt: skip
    assert (rows[409]["current_status"], rows[409]["allowed_moves"]) == ("closed", [])
    again = move_body(world, sheet, UNIT, XLSX)
    assert (again["accepted"], again["replayed"], again["rejected"]) == (0, 21, 2)
    assert [status(world, one["id"]) for one in findings] == found


def test_the_sheet_shows_what_is_open_and_what_may_be_chosen(world: World) -> None:
    one, other = posted(world, 2, description='=HYPERLINK("http://evil.invalid","x")')
    world.report(other["id"])
    world.close(other["id"])
    book = answers(world, UNIT)
    sheet = book["整改答复"]
    assert book.sheetnames == ["整改答复", "选项", "填写说明"]
    heads = [str(cell.value) for cell in sheet[1]]
    assert heads[:4] == ["问题编号", "现状", "整改期限", "所在辖区"]
    assert "结论" not in heads
    row = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert sheet.max_row == 2
    assert (row["问题编号"], row["现状"], row["问题类别"]) == (one["number"], "待认领", "卡口与出入管控")
    cell = sheet.cell(2, heads.index("问题描述") + 1)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://evil.invalid","x")', "s")
    assert {row["*办理"], row["整改措施"], row["说明"]} == {None}
    choices = [cell.value for cell in book["选项"][column_of(book, "办理")]]
    assert choices[:9] == [
        "办理", "认领", "报整改计划", "报整改进展", "整改完成", "暂时无法整改", "恢复整改", "提出异议", "申请延期",
    ]  # fmt: skip
    assert "验收" not in choices


def column_of(book: Any, label: str) -> str:
    return str(next(cell.column_letter for cell in book["选项"][1] if cell.value == label))


def test_team_and_approver_answer_by_sheet_too(world: World) -> None:
    one, other = posted(world, 2)
    world.report(one["id"])
    world.do(
        lambda work: world.app.do.dispute(
            work, commands.Dispute(finding=other["id"], by=UNIT, grounds="不属于本单位")
        )
    )
    told = {one["number"]: {"办理": "验收", "结论": "通过"}}
    assert move_body(world, filled(answers(world, TEAM), **told), TEAM, XLSX)["accepted"] == 1
    told = {other["number"]: {"办理": "异议裁定", "结论": "维持", "说明": "属地明确"}}
    assert move_body(world, filled(answers(world, APPROVER), **told), APPROVER, XLSX)["accepted"] == 1
    assert (status(world, one["id"]), status(world, other["id"])) == ("closed", "issued")


def test_a_csv_from_wps_is_taken_back_with_brackets_as_typed(world: World) -> None:
    (one,) = posted(world)
    number = one["number"].replace("〔", "[").replace("〕", "]")
    text = f"问题编号,问题描述,办理,整改措施,整改完成日期\n{number},随便,整改完成,已整改,{TODAY}\n,,,,\n"
    answer = move_body(world, text.encode("gb18030"), UNIT, CSV)
    assert answer["accepted"] == 1, answer
    assert status(world, one["id"]) == "reported"


def test_a_bad_line_costs_itself_only_and_says_why(world: World) -> None:
    one, other = posted(world, 2)
    elsewhere = world.post(area="990100001001", units=("990100001",))[0]
    photo = world.upload(UNIT)
    lines = [
        {"id": one["id"], **REPORT, "completed_on": "2020-01-01", "attachments": [photo]},
        {"id": one["id"], **REPORT, "attachments": [photo]},
        {"id": one["id"], "move": "verify", "result": "pass"},
        {"id": other["id"], "move": "mend"},
        {"id": other["id"], "move": "accept", "note": "?"},
        {"id": other["id"], "number": one["number"], "move": "accept"},
        {"id": other["id"], "move": "accept", "version": 9},
        {"move": "accept"},
        {"id": elsewhere["id"], "move": "accept"},
        {"id": "nothing", "move": "accept"},
        7,
        {"id": other["id"], "move": "accept", "version": 1},
        {"id": other["id"], **BLOCK},
    ]
    expected = [422, 200, 403, 422, 422, 422, 412, 422, 403, 404, 422, 200, 200]
    tried = move(world, UNIT, *lines, dry_run=True)
    assert [row["status"] for row in tried["results"]] == expected
    assert (status(world, one["id"]), status(world, other["id"])) == ("issued", "issued")
    answer = move(world, UNIT, *lines)
    assert answer["results"] == tried["results"]
    assert [row["line"] for row in answer["results"]] == list(range(1, 14))
    fields = [list(row.get("errors", ())) for row in answer["results"]]
    assert fields[:10] == [
        ["completed_on"], [], ["move"], ["move"], ["note"], ["number"], ["version"], ["number"], ["line"], ["line"],
    ]  # fmt: skip
    assert (status(world, one["id"]), status(world, other["id"])) == ("reported", "blocked")
    assert status(world, elsewhere["id"]) == "issued"


def test_a_dry_run_keeps_nothing_not_even_a_number(world: World) -> None:
    (one,) = posted(world)
    world.report(one["id"])
    world.close(one["id"])
    before = world.database.collections
    kept = {name: dict(rows) for name, rows in before.items()}
    answer = move(world, TEAM, {"id": one["id"], "move": "revisit", "result": "fail"}, dry_run=True)
    assert answer["accepted"] == 1
    assert world.database.collections == kept
    assert move(world, TEAM, {"id": one["id"], "move": "revisit", "result": "fail"})["accepted"] == 1
    assert world.post()[0]["number"].endswith("3号")  # none was lost


def test_steps_that_leave_the_status_are_not_recorded_twice_either(world: World) -> None:
    (one,) = posted(world, count=5)[:1]
    steps = [
        {"id": one["id"], "move": "accept"},
        {"id": one["id"], "move": "plan", "measures": "两班值守", "person": "李某某", "due": LATER},
        {"id": one["id"], "move": "progress", "done": 1, "note": "已完成一处"},
    ]
    assert move(world, UNIT, *steps)["accepted"] == 3
    office = Claims("o1", "office", "990100")
    assert move(world, office, {"id": one["id"], "move": "supervise", "reason": "反映强烈"})["accepted"] == 1
    colleague = Claims("u2", "unit", UNIT.area)
    again = move(world, colleague, *steps)
    assert (again["accepted"], again["replayed"]) == (0, 3)
    assert all(row["replayed"] and row["now"] == "rectifying" for row in again["results"])
    assert history(world, one["id"]) == ["supervise", "progress", "plan", "accept", "post"]


def test_a_report_that_was_sent_back_may_be_made_again_in_the_same_words(world: World) -> None:
    (one,) = posted(world)
    report = {"id": one["id"], **REPORT}
    assert move(world, UNIT, report)["accepted"] == 1
    assert move(world, TEAM, {"id": one["id"], "move": "verify", "result": "fail"})["accepted"] == 1
    assert move(world, UNIT, report)["accepted"] == 1
    assert status(world, one["id"]) == "reported"


def test_a_sheet_cut_off_in_the_middle_goes_on_where_it_ended(world: World) -> None:
    posting = {
        "team": "T05", "method": "inspection", "found_at": NOW.isoformat(), "area": "990100002001",
        "place": {"name": "路口", "kind": "checkpoint"}, "category": "access_control", "severity": "moderate",
        "description": "没有封闭",
    }  # fmt: skip
    kept = post_lines(world, *[posting] * (AT_ONCE + 10), by=TEAM, historical=False)["results"]
    lines = [{"id": one["id"], "move": "accept"} for one in kept]
    with pytest.raises(CutOffError):
        move(world, UNIT, *lines, alive=AT_ONCE + 5)
    done = sum(one["status"] == "rectifying" for one in world.database.collections["findings"].values())
    assert 0 < done < len(lines)
    again = move(world, UNIT, *lines)
    assert (again["accepted"], again["replayed"], again["rejected"]) == (len(lines) - done, done, 0)


def test_a_line_refused_after_a_look_takes_back_itself_alone(world: World) -> None:
    """What the lines before it have written is not sent a second time, nor is anything of theirs lost."""
    one, other = posted(world, 2)
    accept = {"number": one["number"], "move": "accept"}
    move(world, UNIT, accept)
    transfer = {"id": one["id"], "move": "report", "measures": "已整改", "completed_on": TODAY}
    move(world, UNIT, transfer)
    move(world, TEAM, {"id": one["id"], "move": "verify", "result": "pass"})
    sheet = [{"number": other["number"], "move": "accept"}, accept, {"id": other["id"], **REPORT}]
    for dry_run in (True, False):
        answer = move(world, UNIT, *sheet, dry_run=dry_run)
        assert [row["status"] for row in answer["results"]] == [200, 409, 200]
    assert history(world, other["id"]) == ["report", "accept", "post"]


def test_where_lines_cannot_share_a_transaction_each_has_its_own(world: World) -> None:
    findings = posted(world, 4)
    lines = [{"id": one["id"], "move": "accept"} for one in findings]
    world.app.database = cast(Any, Quarrelled(world.database))
    answer = move(world, UNIT, *lines)
    assert (answer["accepted"], answer["rejected"]) == (4, 0)
    assert {status(world, one["id"]) for one in findings} == {"rectifying"}


def test_the_second_of_two_like_reports_in_one_sheet_is_flagged(world: World) -> None:
    one, other = posted(world, 2)
    words = {**REPORT, "measures": "已在东西两个路口各安排两名值守人员并张贴公告"}
    assert move(world, UNIT, {"id": one["id"], **words}, {"id": other["id"], **words})["accepted"] == 2
    assert world.flags(one["id"]) == {}
    assert world.flags(other["id"])["similar_report"]["findings"] == [one["id"]]


def test_what_is_not_told_to_the_world_is_on_record_all_the_same(world: World) -> None:
    (one,) = posted(world)
    move(world, UNIT, {"id": one["id"], "move": "accept"})
    refer = {"id": one["id"], "move": "refer", "reason": "拒不整改"}
    assert move(world, TEAM, refer)["accepted"] == 1
    assert history(world, one["id"])[0] == "refer"


def test_a_sheet_has_a_thousand_lines_at_most(world: World) -> None:
    lines = [{"number": f"督〔2026〕{n}号", "move": "accept"} for n in range(1001)]
    with pytest.raises(Problem) as refused:
        move(world, UNIT, *lines)
    assert (refused.value.status, refused.value.errors) == (
        422, {"body": ["a batch has at most 1000 lines; send the rest in another"]},
    )  # fmt: skip


def test_more_than_one_sheet_holds_is_not_cut_off_silently(world: World) -> None:
    posted(world, 3)
    asked = dict.fromkeys(("area", "team"))
    with pytest.raises(InvalidError) as refused:
        world.app.ask.open_findings(asked, UNIT, 2)
    assert list(refused.value.errors) == ["area"]
    assert len(world.app.ask.open_findings(asked, UNIT, 3)) == 3


def test_a_team_gets_its_own_findings_only(world: World) -> None:
    posted(world)
    other = Claims("t9", "supervisor", "990100", team="T09")
    assert world.app.ask.open_findings({"area": None, "team": None}, other, 10) == []
    with pytest.raises(ForbiddenError):
        world.app.ask.open_findings({"area": None, "team": "T05"}, other, 10)


def test_reports_of_one_sheet_are_compared_out_of_questions_asked_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = posted(world, AT_ONCE)
    asked: Counter[str] = Counter()
    query = MemoryTransaction._query

    def counted(self: MemoryTransaction, collection: str, *rest: Any) -> Any:
        asked[collection] += 1
        return query(self, collection, *rest)

    monkeypatch.setattr(MemoryTransaction, "_query", counted)
    lines = [{"number": one["number"], **REPORT} for one in findings]
    assert move(world, UNIT, *lines)["accepted"] == AT_ONCE
    # The findings by their numbers, the reports of their unit, and what was closed at their places.
    assert asked[FINDINGS] == 3


@pytest.mark.parametrize("together", [True, False])
def test_a_report_is_compared_with_earlier_ones_and_those_of_its_own_sheet(
    world: World, together: bool
) -> None:
    first, second, refused, third = posted(world, 4)
    lines = [
        {"number": first["number"], **REPORT, "measures": "已安排两名值守人员全天在岗登记"},
        {"number": refused["number"], **REPORT, "measures": "已安排两名值守人员昼夜在岗登记", "version": 9},
        {"number": second["number"], **REPORT, "measures": "已安排两名值守人员全天在岗登记"},
        {"number": third["number"], **REPORT, "measures": "已经更换体温枪并补齐登记台账"},
    ]
    for sheet in [lines] if together else [[line] for line in lines]:
        move(world, UNIT, *sheet)
    shown = [world.app.ask.finding(one["id"], TEAM) for one in (first, second, third)]
    flags = [[(flag["kind"], flag["findings"]) for flag in one["review_flags"]] for one in shown]
    assert flags == [[], [("similar_report", [first["id"]])], []]


@pytest.mark.parametrize("together", [True, False])
def test_what_is_back_soon_is_seen_in_a_sheet_too(world: World, together: bool) -> None:
    before = posted(world)[0]
    move(world, UNIT, {"number": before["number"], **REPORT})
    verifier = replace(TEAM, sub="s-9")
    assert (
        move(world, verifier, {"number": before["number"], "move": "verify", "result": "pass"})["accepted"]
        == 1
    )
    world.now += timedelta(days=2)
    done = {"completed_on": day_of(world.now).isoformat()}
    here, there = posted(world)[0], posted(world, place=Place("西门", "checkpoint"))[0]
    lines = [
        {"number": here["number"], **REPORT, **done, "measures": "已更换体温枪并补齐台账"},
        {"number": there["number"], **REPORT, **done, "measures": "拆除路障后派人引导车辆分流"},
    ]
    for sheet in [lines] if together else [[line] for line in lines]:
        assert move(world, UNIT, *sheet)["accepted"] == len(sheet)
    shown = [world.app.ask.finding(one["id"], TEAM)["review_flags"] for one in (here, there)]
    assert [[flag["kind"] for flag in flags] for flags in shown] == [["back_soon"], []]
    assert shown[0][0]["findings"] == [before["id"]]
