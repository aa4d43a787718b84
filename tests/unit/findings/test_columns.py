"""Cells as clerks write them: understood, or explained in Chinese by the column."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.local.settings import ROOT
from services.findings.adapters.county_sheets import load_sheets
from services.findings.application.columns import Sheet
from services.findings.application.sheet_messages import in_chinese
from services.findings.domain.errors import InvalidError
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

SHEET: Sheet = load_sheets(
    ROOT / "deploy/county",
    Vocabulary.load(ROOT / "deploy/demo/vocabulary.yaml"),
    Areas.load(ROOT / "deploy/demo/areas.csv"),
).findings
LABELS = [column.label for column in SHEET.columns]
ROW: dict[str, Any] = {
    "督导组": "T05",
    "督导方式": "暗访",
    "发现时间": "2026-02-11 14:00",
    "所在辖区": "990100001001",
    "具体地点": "东门",
    "地点类型": "checkpoint",
    "问题类别": "卡口与出入管控",
    "严重程度": "一般",
    "问题描述": "无人值守",
}


def read(**changed: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    row = ROW | changed
    return SHEET.read(SHEET.header(list(row)), list(row.values()))


def test_a_row_becomes_the_request_it_stands_for() -> None:
    value, errors = read(
        问题个数=3.0, 立行立改="是", 责任单位="990100001|990100002", 整改期限=date(2026, 2, 20)
    )
    assert errors == {}
    assert value == {
        "team": "T05", "method": "unannounced", "found_at": "2026-02-11T14:00:00+08:00",
        "area": "990100001001", "place": {"name": "东门", "kind": "checkpoint"},
        "category": "access_control", "severity": "moderate", "description": "无人值守",
        "count": 3, "immediate": True, "units": ["990100001", "990100002"], "deadline": "2026-02-20",
    }  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-11 14:00", "2026/2/11 14:00", "2026年2月11日 14时", "2026年2月11日14点00分", "2026.2.11 14:00:00",
        "2026-02-11T14:00:00+08:00", "2026-02-11T06:00:00Z", datetime(2026, 2, 11, 14),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_times_are_understood_as_people_write_them(written: object) -> None:
    assert read(发现时间=written)[0]["found_at"] == "2026-02-11T14:00:00+08:00"


@pytest.mark.parametrize("written", ["2026-02-11", "2026年2月11日", date(2026, 2, 11)])
def test_a_day_stands_for_its_beginning(written: object) -> None:
    assert read(发现时间=written)[0]["found_at"] == "2026-02-11T00:00:00+08:00"


@pytest.mark.parametrize(
    ("column", "written", "said"),
    [
        ("发现时间", "46064", "“46064”是表格的日期序号:请把该列设为“日期”格式"),
        ("发现时间", "2026-02-30", "“2026-02-30”不是日期,例:2026-02-11 14:00"),
        ("发现时间", "明天", "“明天”不是日期,例:2026-02-11 14:00"),
        ("发现时间", "2026-02-11 25:00", "“2026-02-11 25:00”不是日期,例:2026-02-11 14:00"),
        ("所在辖区", 9.901e11, "“990100000000”是被表格改写过的代码:请把该列设为“文本”格式后重新填写"),
        ("所在辖区", "9.901E+11", "“9.901E+11”是被表格改写过的代码:请把该列设为“文本”格式后重新填写"),
        ("所在辖区", "示范县县", "不认识“示范县县”,是不是“示范县”?"),
        ("问题类别", "卡口管控", "不认识“卡口管控”,是不是“卡口与出入管控”?"),
        ("严重程度", "xyz", "不认识“xyz”"),
        ("问题个数", "三个", "“三个”不是整数"),
        ("问题个数", "1.5", "“1.5”不是整数"),
        ("立行立改", "也许", "“也许”应填“是”或“否”"),
        ("问题描述", "", "没有填写"),
        ("问题描述", None, "没有填写"),
        ("问题描述", "试\u202e某", "含有不能保存的字符"),
    ],
)
def test_what_cannot_be_understood_is_told_by_its_column(column: str, written: object, said: str) -> None:
    assert read(**{column: written})[1] == {column: [said]}


def test_a_number_that_is_a_code_is_a_code() -> None:
    assert (
        read(所在辖区=990100001001.0)[0]["area"] == read(所在辖区=990100001001)[0]["area"] == "990100001001"
    )


def test_fields_are_understood_beside_labels_and_marks_are_ignored() -> None:
    header = SHEET.header(["*督导组", "method", "发现 时间", "area", "place.name", "place.kind", "category",
                           "severity", "description", "序号", None, "备注"])  # fmt: skip
    assert [column.field for column in header.values() if column.field] == [
        "team", "method", "found_at", "area", "place.name", "place.kind", "category", "severity", "description",
    ]  # fmt: skip


def test_a_wrong_header_names_what_is_missing_unknown_and_there_twice() -> None:
    with pytest.raises(InvalidError) as caught:
        SHEET.header(["督导组", "督导组", "问题描诉", "天气"])
    assert caught.value.errors == {
        "header": [
            "“督导组”出现了两次",
            "不认识“问题描诉”,是不是“问题描述”?",
            "不认识“天气”",
            "缺少列:督导方式、发现时间、所在辖区、具体地点、地点类型、问题类别、严重程度、问题描述",
        ]
    }


def test_content_under_no_header_is_not_lost_silently() -> None:
    header = SHEET.header(list(ROW))
    assert SHEET.read(header, [*ROW.values(), "多出来的"])[1] == {"本行": ["第 10 列没有表头,但有内容"]}


def test_errors_by_field_are_told_by_column_in_chinese() -> None:
    errors = {
        "found_at": ["lies more than 10 minutes ahead"],
        "units.1": ["unknown area"],
        "place.name": ["Length must be between 1 and 200."],
        "line": ["something nobody translated"],
    }
    assert SHEET.labelled(errors) == {
        "发现时间": ["是将来的时间"],
        "责任单位": ["没有这个辖区"],
        "具体地点": ["应为 1 到 200 个字"],
        "line": ["something nobody translated"],
    }


def test_a_message_is_translated_whole_or_not_at_all() -> None:
    assert in_chinese("unknown area here") == "unknown area here"


CELLS = (
    st.none()
    | st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the table of characters is made at first use
@given(st.dictionaries(st.sampled_from(LABELS), CELLS, max_size=4))
def test_no_cell_makes_it_fail(changed: dict[str, Any]) -> None:
    value, errors = read(**changed)
    assert set(errors) <= {*LABELS, "本行"}
    assert isinstance(value, dict)


def test_a_column_that_says_nothing_may_hold_anything() -> None:
    value, errors = read(序号=7, 备注="=1+1")
    assert (value["team"], errors) == ("T05", {})
