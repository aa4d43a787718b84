"""A township's answers by sheet and an old ledger, through the api on a real database."""

import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest

from tests.integration.findings.conftest import Api
from tests.support.county import SHANGHAI, a_finding

pytestmark = pytest.mark.needs_mongo
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOWNSHIP = "990100001"


def moves(api: Api, body: bytes, query: str = "", role: str = "unit", **rest: Any) -> Any:
    head = {"Content-Type": XLSX, **rest.pop("headers", {})}
    area = TOWNSHIP if role == "unit" else "990100"
    return api.ask("POST", f"/findings/moves{query}", role, data=body, headers=head, area=area, **rest)


def test_a_sheet_is_fetched_filled_in_tried_and_sent_twice(api: Api) -> None:
    group = "answers-1"
    ids = [api.post(a_finding(group=group)).json()["id"] for _ in range(4)]
    answer = api.ask("GET", f"/findings/answers.xlsx?group={group}", "unit", area=TOWNSHIP)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX), answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet: Any = book["整改答复"]
    assert sheet.max_row == 5
    places = {str(cell.value).lstrip("*"): cell.column for cell in sheet[1]}
    today = datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)
    for row in (2, 3):
        for label, value in {"办理": "整改完成", "整改措施": "已安排值守", "整改完成日期": today}.items():
            sheet.cell(row, places[label]).value = value
    sheet.cell(4, places["办理"]).value = "暂时无法整改"
    out = io.BytesIO()
    book.save(out)
    events = api.database["outbox"].count_documents({})
    for query, told in (("?dry_run=true", (2, 0, 1)), ("", (2, 0, 1)), ("", (0, 2, 1))):
        found = moves(api, out.getvalue(), query).json()
        assert (found["accepted"], found["replayed"], found["rejected"]) == told, found
    assert api.database["outbox"].count_documents({}) == events + 2
    assert sorted(found["results"][2]["errors"]) == ["原因", "复查日期", "需要的支持"]
    states = [api.ask("GET", f"/findings/{one}").json()["status"] for one in ids]
    assert sorted(states) == ["issued", "issued", "reported", "reported"]
    assert moves(api, out.getvalue(), role="commission").status_code == 403


def test_an_old_ledger_keeps_its_statuses_and_wakes_nobody(api: Api) -> None:
    found_at = datetime.now(SHANGHAI) - timedelta(days=900)
    header = [
        "督导组", "督导方式", "发现时间", "所在辖区", "具体地点", "地点类型", "问题类别", "严重程度", "问题描述",
        "状态", "销号日期", "批次",
    ]  # fmt: skip
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(header)
    row = ["T05", "督导检查", found_at.replace(tzinfo=None), "990100001001", "东门", "checkpoint", "台账记录"]
    closed_on = (found_at + timedelta(days=9)).date()
    sheet.append([*row, "严重", "记录不全", "已销号", closed_on, "ledger-1"])
    sheet.append([*row, "严重", "无人值守", "整改中", None, "ledger-1"])
    sheet.append([*row, "严重", "无人值守", "已销号", None, "ledger-1"])
    out = io.BytesIO()
    book.save(out)
    head = {"Content-Type": XLSX}
    refused = api.ask("POST", "/findings/batch?historical=true", data=out.getvalue(), headers=head)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    answer = api.ask("POST", "/findings/batch?historical=true", "office", data=out.getvalue(), headers=head)
    assert [one["status"] for one in answer.json()["results"]] == [201, 201, 422], answer.text
    assert answer.json()["results"][2]["errors"] == {"销号日期": ["“已销号”的必须填写,其他状态不填"]}
    listed = api.all("/findings?group=ledger-1")
    assert sorted((one["status"], one["historical"]) for one in listed) == [
        ("closed", True),
        ("rectifying", True),
    ]
    assert api.all("/findings?group=ledger-1&overdue=true") == []
    kept = api.database["findings"].find({"group": "ledger-1"})
    assert [one["wake_at"] for one in kept] == [None, None]
    form = api.ask("GET", "/findings/template.xlsx?historical=true", "office")
    assert "*状态" in [cell.value for cell in openpyxl.load_workbook(io.BytesIO(form.content))["问题"][1]]


def test_what_a_report_is_compared_with_is_found_by_indexes(api: Api) -> None:
    """Not by looking through all that the unit and the village ever had."""
    since = datetime.now(SHANGHAI) - timedelta(days=90)
    findings = api.database["findings"]
    reports = {"units": TOWNSHIP, "_id": {"$gte": "0"}, "report.made.at": {"$gte": since}}
    closed = {"area": "990100001001", "status": "closed", "closed_at": {"$gte": since}, "place.name": "东门"}
    for wanted, order, index in (
        (reports, "_id", "units_1__id_-1"),
        (closed, "closed_at", "area_1_closed_at_1"),
    ):
        plan = findings.find(wanted).sort(order, -1).limit(200).explain()
        assert index in str(plan["queryPlanner"]["winningPlan"])
