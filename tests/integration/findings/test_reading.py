"""Lists, filters, history and moves through the api on a real database."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.findings.adapters.reads import where
from services.findings.application.queries import Filters
from shared.persistence.paging import sifted_page
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
NOW = datetime(2026, 2, 11, 6, tzinfo=UTC)
VILLAGE, OTHER = "990100001001", "990100102201"
UNIT: dict[str, Any] = {"role": "unit", "area": "990100001", "sub": "unit-1"}


@pytest.fixture(scope="module")
def findings(api: Api) -> list[dict[str, Any]]:
    """A few that differ in what is filtered by."""
    wanted = (
        {"area": VILLAGE, "severity": "serious", "category": "records"},
        {"area": VILLAGE, "severity": "minor", "method": "phone_check", "group": "G1"},
        {"area": OTHER, "severity": "moderate", "description": "百分之五十%的人没有登记"},
        {"area": OTHER, "severity": "serious", "deadline": "2030-01-01"},
    )
    answers = [api.post(a_finding(**values)) for values in wanted]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json() for answer in answers]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("area=990100001", [1, 0]),
        ("severity=serious", [3, 0]),
        ("category=records", [0]),
        ("method=phone_check", [1]),
        ("group=G1", [1]),
        ("q=五十%25", [2]),
        ("q=五十%25的人没有登记", [2]),
        ("q=五十登记", []),
        ("q=%25", [2]),
        ("q=五十%25&severity=serious", []),
        ("q=五十%25&area=990100001", []),
        ("unit=990100102", [3, 2]),
        ("status=closed", []),
        ("overdue=false", [3, 2, 1, 0]),
        ("due_before=2029-12-31", [2, 1, 0]),
        ("from=2020-01-01&to=2020-01-02", []),
        ("date=posted&from=2020-01-01", [3, 2, 1, 0]),
        ("updated_since=2020-01-01", [3, 2, 1, 0]),
        ("responsible=C001", []),
    ],
)
def test_a_filter_shows_what_it_says_newest_first(
    api: Api, findings: list[dict[str, Any]], query: str, places: list[int]
) -> None:
    shown = [item["id"] for item in api.all(f"/findings?{query}")]
    assert shown == [findings[place]["id"] for place in places]


def test_a_list_is_read_to_its_end_one_by_one(api: Api, findings: list[dict[str, Any]]) -> None:
    assert [item["id"] for item in api.all("/findings", limit=1)] == [one["id"] for one in findings[::-1]]


def test_a_search_looks_at_so_many_at_most_and_its_next_page_goes_on_behind_them(api: Api) -> None:
    rows = api.database["sifted"]
    rows.create_index([("reach", 1), ("_id", -1)], name="by_reach")
    rows.insert_many({"_id": f"{n:02}", "reach": "a", "n": n} for n in range(10))
    shown: list[int] = []
    cursor, pages = None, 0
    while pages == 0 or cursor:
        found, cursor = sifted_page(rows, {"reach": "a"}, {"n": {"$in": [0, 1, 9]}}, "by_reach", 1, cursor, 4)
        shown, pages = [*shown, *(one["n"] for one in found)], pages + 1
    assert shown == [9, 1, 0]
    assert pages == 4, "9; then four that are not wanted; 1; 0"


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"source_ref": "B-06"}, "source_ref_1_source_team_1"),
        ({"number": "督〔2026〕1号"}, "number_1"),
        ({"status": "blocked"}, "status_1__id_-1"),
    ],
)
def test_a_narrow_filter_is_entered_by_its_own_index(api: Api, filters: dict[str, Any], index: str) -> None:
    wanted = where(Filters(reach="990100", **filters), NOW)
    plan = api.database["findings"].find(wanted).sort("_id", -1).explain()
    assert index in json.dumps(plan["queryPlanner"], default=str)


@pytest.mark.parametrize("name", ["source_ref", "number", "team"])
def test_an_exact_filter_finds_the_one(api: Api, findings: list[dict[str, Any]], name: str) -> None:
    shown = api.all(f"/findings?{name}={findings[0][name]}")
    assert findings[0]["id"] in [item["id"] for item in shown]
    assert all(item[name] == findings[0][name] for item in shown)


def test_an_unknown_parameter_is_refused(api: Api) -> None:
    assert api.ask("GET", "/findings?sort=id", "office").status_code == 400


def test_a_unit_reads_its_own_area_only(api: Api, findings: list[dict[str, Any]]) -> None:
    assert [one["id"] for one in api.all("/findings", **UNIT)] == [findings[1]["id"], findings[0]["id"]]
    assert api.ask("GET", f"/findings/{findings[2]['id']}", **UNIT).status_code == 403


def test_a_cadre_and_the_admin_read_no_findings(api: Api, findings: list[dict[str, Any]]) -> None:
    for role in ("cadre", "admin"):
        assert api.ask("GET", f"/findings/{findings[0]['id']}", role).status_code == 403


def test_the_counts_are_the_findings_by_area_and_status(api: Api, findings: list[dict[str, Any]]) -> None:
    counts = api.ask("GET", "/counts", "admin").json()
    assert {(one["area"], one["status"], one["count"]) for one in counts["findings"]} == {
        (VILLAGE, "issued", 2),
        (OTHER, "issued", 2),
    }
    assert counts["outbox_pending"] == len(findings)


def test_from_posting_to_close_out_every_step_is_in_the_history(api: Api) -> None:
    finding = api.post(a_finding(area="990100103201")).json()
    path, unit = f"/findings/{finding['id']}", {"role": "unit", "area": "990100103", "sub": "unit-3"}
    day = finding["posted_at"][:10]
    report = {"measures": "已安排两班值守", "completed_on": day, "attachments": []}
    steps: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
        ("accept", {}, unit, "rectifying"),
        ("block", {"reason": "缺设备", "needs": "测温枪", "review_on": "2030-01-01"}, unit, "blocked"),
        ("resume", {}, unit, "rectifying"),
        ("report", report, unit, "reported"),
        ("verify", {"result": "fail", "note": "夜间无人"}, {"role": "supervisor"}, "rectifying"),
        ("report", report, unit, "reported"),
        ("verify", {"result": "pass", "note": "已到位"}, {"role": "supervisor"}, "closed"),
    )
    for move, body, who, status in steps:
        answer = api.ask("POST", f"{path}/{move}", json=body, **who)
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.text
    history = api.all(f"{path}/history")
    assert [row["move"] for row in reversed(history)] == ["post", *(step[0] for step in steps)]
    told = [row["type"] for row in api.database["outbox"].find({"subject": finding["id"]}).sort("_id", 1)]
    assert told == [
        "finding.posted.v1", "finding.accepted.v1", "finding.blocked.v1", "finding.resumed.v1",
        "finding.reported.v1", "finding.returned.v1", "finding.reported.v1", "finding.closed.v1",
    ]  # fmt: skip


def test_a_refused_move_names_the_status_and_the_moves_that_are_open(api: Api) -> None:
    finding = api.post(a_finding(area="990100104201")).json()
    unit = {"role": "unit", "area": "990100104", "sub": "unit-4"}
    answer = api.ask("POST", f"/findings/{finding['id']}/resume", json={}, **unit)
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")
    assert "issued" in answer.text
    assert "accept" in answer.text


def test_a_move_on_an_older_version_is_refused(api: Api) -> None:
    finding = api.post(a_finding(area="990100105201")).json()
    unit = {"role": "unit", "area": "990100105", "sub": "unit-5"}
    path = f"/findings/{finding['id']}/accept"
    assert api.ask("POST", path, json={}, headers={"If-Match": '"7"'}, **unit).status_code == 412
    assert api.ask("POST", path, json={}, headers={"If-Match": '"1"'}, **unit).status_code == 200


def test_the_reading_of_a_finding_stands_in_the_audit_trail_and_so_does_reading_that(api: Api) -> None:
    finding = api.post(a_finding()).json()
    path = f"/findings/{finding['id']}"
    for wanted in (path, f"{path}/history"):
        assert api.ask("GET", wanted, "office", sub="reader-9").status_code == 200
    assert api.ask("GET", path, "supervisor", sub="reader-8", area="990100002").status_code == 403
    asked = f"/audit?subject={finding['id']}"
    assert api.ask("GET", asked, "office").status_code == 403
    rows = api.ask("GET", asked, "auditor", sub="auditor-9").json()["items"]
    assert [(row["actor"], row["action"]) for row in rows[:2]] == [
        ("reader-9", "finding.history.read"),
        ("reader-9", "finding.read"),
    ]
    assert rows[-1]["action"] == "finding.posted.v1"
    assert "reader-8" not in {row["actor"] for row in rows}
    export = api.ask("GET", "/audit.ndjson?actor=auditor-9&action=audit.read", "auditor")
    assert export.headers["Content-Type"] == "application/x-ndjson"
    assert f'"subject":"{finding["id"]}"' in export.text.splitlines()[0]


def test_what_waits_for_a_unit_is_listed_with_its_moves(api: Api) -> None:
    finding = api.post(a_finding(area="990100002001")).json()
    items = api.all("/todo", "unit", area="990100002")
    (item,) = [one for one in items if one["id"] == finding["id"]]
    assert (item["what"], item["number"]) == ("accept", finding["number"])
    assert item["title"].startswith("待认领:")
    assert "accept" in item["moves"]
    assert api.ask("GET", "/todo", "cadre", cadre="C1").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"within": OTHER},
        {"status": "issued"},
        {"category": "records"},
        {"severity": "minor"},
        {"team": "T05"},
        {"method": "inspection"},
        {"overdue": True},
        {"group": "G1"},
        {"campaign": "C1"},
        {"source_ref": "x"},
        {"number": "督〔2026〕1号"},
        {"unit": "990100102"},
        {"due_before": NOW},
        {"updated_since": NOW},
        {"q": "登记"},
        {"flagged": True},
        {"since": NOW.date()},
        {"since": NOW.date(), "date": "closed", "status": "closed"},
    ],
    ids=lambda asked: "-".join(asked) or "all",
)
def test_each_filter_is_served_by_an_index(
    api: Api, findings: list[dict[str, Any]], asked: dict[str, Any]
) -> None:
    wanted = where(Filters(reach="990100", **asked), NOW)
    plan = api.database["findings"].find(wanted).sort("_id", -1).limit(51).explain()
    winning = json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
    assert "IXSCAN" in winning
    assert "COLLSCAN" not in winning


def test_a_text_is_found_by_any_part_of_it_in_any_case_and_by_its_amendment(api: Api) -> None:
    first = api.post(a_finding(area="990100106201")).json()
    amended = api.ask("POST", f"/findings/{first['id']}/amend", json={"description": "ETC通道Lane-7无人"})
    assert amended.status_code == 200, amended.text
    for words, found in (
        ("etc", [first]),
        ("lane-7无", [first]),
        (first["number"][2:], [first]),
        ("道l", [first]),
    ):
        assert [one["id"] for one in api.all(f"/findings?q={words}")] == [one["id"] for one in found]
