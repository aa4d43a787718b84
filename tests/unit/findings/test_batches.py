"""A real-looking workbook of 300 rows with 20 faulty ones: all at once, twice, and cut off in the middle."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from tests.unit.findings.evidence_world import NOW, TEAM, World
from tests.unit.findings.sheets import XLSX, CutOffError, post_body

HEADER = [
    "序号", "来源编号", "督导组", "督导方式", "发现时间", "所在辖区", "具体地点", "地点类型", "问题类别", "严重程度",
    "问题描述", "问题个数", "备注",
]  # fmt: skip
# What clerks get wrong: the column, what they wrote, and what they are told.
FAULTS: list[tuple[str, Any, str]] = [
    ("所在辖区", "9.901E+11", "被表格改写过的代码"),
    ("所在辖区", "示范县县", "是不是“示范县”?"),
    ("发现时间", "46064", "日期序号"),
    ("发现时间", "昨天", "不是日期"),
    ("发现时间", None, "没有填写"),
    ("严重程度", "很严重", "不认识"),
    ("问题类别", "卡口管控", "是不是“卡口与出入管控”?"),
    ("问题描述", "长" * 5001, "应为 1 到 5000 个字"),
    ("问题个数", "若干", "不是整数"),
    ("督导组", "T99", "不认识"),
]
NO_FAULT = {"dry_run": False, "historical": False}


def workbook() -> tuple[bytes, dict[int, tuple[str, str]]]:
    """The sheet, and by line which column is faulty and what is said of it. Every 15th row is."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEADER)
    found_at = (NOW - timedelta(days=3)).replace(tzinfo=None)
    faults: dict[int, tuple[str, str]] = {}
    for n in range(300):
        row = dict(zip(HEADER, [
            n + 1, f"B-{n:03d}", "T05", "督导检查", found_at, 990100001001.0, f"{n}号楼", "checkpoint",
            "卡口与出入管控", ("一般", "严重")[n % 2], f"第{n}处没有人值守", 1, "无" if n % 3 else None,
        ], strict=True))  # fmt: skip
        if n % 15 == 7:
            column, wrong, said = FAULTS[n // 15 % len(FAULTS)]
            row[column] = wrong
            faults[n + 2] = (column, said)
        sheet.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), faults


def test_good_rows_are_kept_and_each_faulty_one_is_told_by_row_and_column(world: World) -> None:
    sheet, faults = workbook()
    assert len(faults) == 20
    answer = post_body(world, sheet, XLSX, TEAM, NO_FAULT)
    assert (answer["accepted"], answer["replayed"], answer["rejected"]) == (280, 0, 20)
    assert [row["line"] for row in answer["results"]] == list(range(2, 302))
    refused = {row["line"]: row["errors"] for row in answer["results"] if row["status"] == 422}
    assert refused.keys() == faults.keys()
    for line, (column, said) in faults.items():
        assert list(refused[line]) == [column]
        assert said in refused[line][column][0]
    numbers = [row["number"] for row in answer["results"] if row["status"] == 201]
    assert numbers == [f"督〔{NOW.year}〕{n}号" for n in range(1, 281)]


def test_the_same_workbook_twice_keeps_everything_once(world: World) -> None:
    sheet, _ = workbook()
    first = post_body(world, sheet, XLSX, TEAM, NO_FAULT)
    again = post_body(world, sheet, XLSX, TEAM, NO_FAULT)
    assert (again["accepted"], again["replayed"], again["rejected"]) == (0, 280, 20)
    assert [row.get("id") for row in again["results"]] == [row.get("id") for row in first["results"]]
    assert len(world.database.collections["findings"]) == 280


def test_a_workbook_cut_off_in_the_middle_goes_on_where_it_ended(world: World) -> None:
    sheet, _ = workbook()
    with pytest.raises(CutOffError):
        post_body(world, sheet, XLSX, TEAM, NO_FAULT, alive=2)
    kept = len(world.database.collections["findings"])
    assert 0 < kept < 280
    again = post_body(world, sheet, XLSX, TEAM, NO_FAULT)
    assert (again["accepted"], again["replayed"], again["rejected"]) == (280 - kept, kept, 20)
    assert len(world.database.collections["findings"]) == 280
