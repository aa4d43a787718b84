"""Findings handed in by spreadsheet: a real workbook and real CSV files, through the api on a real database."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = [
    "来源编号", "督导组", "督导方式", "发现时间", "所在辖区", "具体地点", "地点类型", "问题类别", "严重程度",
    "问题描述",
]  # fmt: skip
FOUND_AT = datetime(2026, 2, 11, 14)  # noqa: DTZ001 - a cell of a sheet has no time zone
GOOD: list[Any] = [
    "T05", "督导检查", FOUND_AT, 990100001001, "东门", "checkpoint", "台账记录", "一般", "记录不全",
]  # fmt: skip


def workbook(*rows: list[Any], header: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER if header is None else header, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(api: Api, body: bytes, kind: str = XLSX, query: str = "", **rest: Any) -> Any:
    return api.ask("POST", f"/findings/batch{query}", data=body, headers={"Content-Type": kind}, **rest)


def stored(api: Api) -> int:
    return api.database["findings"].count_documents({})


def test_good_rows_are_kept_and_bad_ones_told_by_row_and_column(api: Api) -> None:
    before = stored(api)
    bad = [*GOOD]
    bad[5], bad[7] = "没有这种类型", ""
    answer = send(api, workbook(["s-1", *GOOD], [], ["s-2", *bad], ["s-3", *GOOD])).json()
    assert (answer["accepted"], answer["rejected"]) == (2, 1)
    assert [row["line"] for row in answer["results"]] == [2, 4, 5]
    assert answer["results"][1]["errors"] == {"地点类型": ["不认识“没有这种类型”"], "严重程度": ["没有填写"]}
    assert stored(api) == before + 2
    finding = api.ask("GET", f"/findings/{answer['results'][0]['id']}").json()
    assert finding["found_at"] == "2026-02-11T14:00:00+08:00"
    assert (finding["area"], finding["source_ref"]) == ("990100001001", "s-1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(api: Api, encoding: str) -> None:
    cells = [f"c-{encoding}", "T05", "督导检查", "2026年2月11日 14时", "990100001001", *map(str, GOOD[4:])]
    text = ",".join(HEADER) + "\r\n" + ",".join(cells) + "\r\n,,,\r\n"
    answer = send(api, text.encode(encoding), "text/csv").json()
    assert (answer["accepted"], answer["rejected"]) == (1, 0), answer
    again = send(api, text.encode(encoding), "text/csv").json()
    assert (again["accepted"], again["replayed"]) == (0, 1)


def test_a_wrong_header_keeps_nothing_and_says_what_is_meant(api: Api) -> None:
    before = stored(api)
    answer = send(api, workbook(["s-9", *GOOD], header=["来源编号", "督导小组", *HEADER[2:]]))
    assert answer.status_code == 422
    assert answer.json()["errors"]["header"] == ["不认识“督导小组”,是不是“督导组”?", "缺少列:督导组"]
    assert stored(api) == before


@pytest.mark.parametrize(
    "body", [b"", b"not a workbook", workbook(["x", *GOOD])[:900], b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_workbook_is_told_so(api: Api, body: bytes) -> None:
    answer = send(api, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_table"), answer.text


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is(api: Api) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            with archive.open(f"xl/{number}.xml", "w") as part:
                for _ in range(64):
                    part.write(bytes(1024 * 1024))
    answer = send(api, out.getvalue())
    assert answer.status_code == 400
    assert "展开后太大" in answer.json()["detail"]


def test_a_dry_run_says_what_would_be_and_keeps_nothing(api: Api) -> None:
    known = a_finding()
    assert api.post(known).status_code == 201
    before, numbers = stored(api), api.database["numbers"].find_one()
    lines = [
        a_finding(), known, {**known, "description": "别的内容"}, {**a_finding(), "area": "999999"}, a_finding(),
    ]  # fmt: skip
    lines.append(dict(lines[0]))
    body = b"\n".join(json.dumps(line).encode() for line in lines)
    answer = send(api, body, "application/x-ndjson", "?dry_run=true").json()
    assert [row["status"] for row in answer["results"]] == [201, 200, 409, 422, 201, 200]
    assert not any("id" in row for row in answer["results"])
    assert (stored(api), api.database["numbers"].find_one()) == (before, numbers)
    kept = send(api, body, "application/x-ndjson").json()
    assert [row["status"] for row in kept["results"]] == [201, 200, 409, 422, 201, 200]


def test_the_form_that_is_handed_out_is_one_that_is_taken_back(api: Api) -> None:
    answer = api.ask("GET", "/findings/template.xlsx")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["问题"]
    assert book.sheetnames == ["问题", "选项", "填写说明"]
    assert sheet.freeze_panes == "A2"
    assert len(sheet.data_validations.dataValidation) >= 6
    labels = [str(cell.value) for cell in sheet[1]]
    values: dict[str, Any] = dict(zip(HEADER, ["t-1", *GOOD], strict=True))
    for place, label in enumerate(labels, 1):
        sheet.cell(2, place).value = values.get(label.lstrip("*"))
    out = io.BytesIO()
    book.save(out)
    taken = send(api, out.getvalue()).json()
    assert (taken["accepted"], taken["rejected"]) == (1, 0), taken


def test_what_somebody_typed_never_becomes_a_formula(api: Api) -> None:
    said = '=HYPERLINK("http://evil.invalid","x")'
    answer = send(api, workbook(["f-1", *GOOD[:-1], "x"])).json()
    assert answer["accepted"] == 1
    text = (
        ",".join(HEADER)
        + "\n"
        + ",".join(["f-2", "T05", "督导检查", "2026-02-11", "990100001001", *GOOD[4:-1]])
    )
    quoted = '"' + said.replace('"', '""') + '"'
    kept = send(api, f"{text},{quoted}\n".encode(), "text/csv").json()
    assert kept["accepted"] == 1
    assert api.ask("GET", f"/findings/{kept['results'][0]['id']}").json()["description"] == said
