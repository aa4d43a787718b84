"""Moves through the api on a real database: requests and decisions, transfer, revisit, handover, many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo

TOWNSHIP, VILLAGE = "990100106", "990100106201"
UNIT: dict[str, Any] = {"role": "unit", "area": TOWNSHIP, "sub": "unit-6"}
APPROVER = {"role": "approver", "sub": "approver-6"}
OFFICE = {"role": "office"}
TEAM = {"role": "supervisor"}


def posted(api: Api, **told: Any) -> dict[str, Any]:
    answer = api.post(a_finding(**{"area": VILLAGE} | told), team=told.get("team", "T05"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def move(api: Api, finding: str, name: str, who: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = api.ask("POST", f"/findings/{finding}/{name}", json=body, **who)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(
    api: Api, finding: str, name: str, who: dict[str, Any], **body: Any
) -> tuple[int, dict[str, Any]]:
    answer = api.ask("POST", f"/findings/{finding}/{name}", json=body, **who)
    return answer.status_code, answer.json()


def told(api: Api, finding: str) -> list[Any]:
    events = [decode(row["body"]) for row in api.database["outbox"].find({"subject": finding}).sort("_id", 1)]
    for event in events:
        registry.validate(event.source, event.type, event.data)
    return events


def test_an_extension_is_asked_decided_by_another_and_moves_the_deadline(api: Api) -> None:
    finding = posted(api)
    until = (datetime.fromisoformat(finding["due_at"]) + timedelta(days=20)).date().isoformat()
    asked = move(api, finding["id"], "extend", UNIT, until=until, reason="设备未到")
    assert asked["waiting_since"] == asked["updated_at"]
    assert (asked["extension"]["result"], asked["status"]) == (None, "issued")
    status, problem = refused(api, finding["id"], "extend", UNIT, until=until, reason="设备未到")
    assert (status, problem["code"]) == (409, "invalid_transition")
    assert "accept" in problem["detail"]
    status, problem = refused(
        api, finding["id"], "extend/decide", APPROVER | {"sub": UNIT["sub"]}, result="granted"
    )
    assert (status, problem["code"]) == (403, "same_person")
    granted = move(api, finding["id"], "extend/decide", APPROVER, result="granted", note="同意")
    assert (granted["deadline"], granted["extensions"], granted["waiting_since"]) == (until, 1, None)
    assert [(event.type, event.data["deadline"]) for event in told(api, finding["id"])[1:]] == [
        ("finding.extended.v1", finding["deadline"]), ("finding.extended.v1", until),
    ]  # fmt: skip
    shown = api.ask("GET", f"/findings/{finding['id']}", **UNIT).json()
    # What may be the same finding is suggested where it is read.
    assert shown.pop("similar_because") == []
    assert shown == granted | {"allowed_moves": ["accept", "report", "dispute", "extend"]}


def test_what_cannot_be_right_is_refused_by_field(api: Api) -> None:
    finding = posted(api)
    for name, who, body, field in (
        ("extend", UNIT, {"until": "2020-01-01", "reason": "晚"}, "until"),
        ("extend", UNIT, {"until": "2030-01-01"}, "reason"),
        ("transfer", OFFICE, {"area": "990199", "reason": "x"}, "area"),
        ("transfer", OFFICE, {"area": VILLAGE, "reason": "x"}, "area"),
        ("attachments", TEAM, {"ids": ["unknown"], "note": "照片"}, "ids.0"),
        ("revisit", TEAM, {"result": "maybe"}, "result"),
    ):
        status, problem = refused(api, finding["id"], name, who, **body)
        assert (status, list(problem["errors"])) == (422, [field]), (name, problem)
    assert len(told(api, finding["id"])) == 1


def test_a_transfer_goes_to_the_new_township_and_out_of_the_old_ones_list(api: Api) -> None:
    finding = posted(api)
    moved = move(api, finding["id"], "transfer", OFFICE, area="990100105201", reason="属地有误")
    assert (moved["status"], moved["units"]) == ("issued", ["990100105"])
    assert refused(api, finding["id"], "accept", UNIT)[0] == 403
    assert move(api, finding["id"], "accept", UNIT | {"area": "990100105"})["status"] == "rectifying"
    ids = {area: [one["id"] for one in api.all(f"/findings?area={area}")] for area in (TOWNSHIP, "990100105")}
    assert finding["id"] in ids["990100105"]
    assert finding["id"] not in ids[TOWNSHIP]


def mended(api: Api) -> float:
    text = requests.get(f"http://127.0.0.1:{api.port}/metrics", timeout=5).text
    (count,) = [
        row for row in text.splitlines() if row.startswith("duze_finding_rectification_seconds_count")
    ]
    return float(count.split()[1])


def test_a_finding_is_measured_once_when_its_report_passes(api: Api) -> None:
    finding, before = posted(api), mended(api)
    report = {"measures": "已整改", "completed_on": finding["posted_at"][:10]}
    move(api, finding["id"], "report", UNIT, **report)
    move(api, finding["id"], "verify", TEAM, result="fail", note="仍无人值守")
    assert mended(api) == before
    move(api, finding["id"], "report", UNIT, **report)
    move(api, finding["id"], "verify", TEAM, result="pass")
    assert mended(api) == before + 1


def test_a_failed_revisit_posts_one_finding_however_many_revisit_at_once(api: Api) -> None:
    finding = posted(api, group="revisited")
    move(api, finding["id"], "report", UNIT, measures="已整改", completed_on=finding["posted_at"][:10])
    move(api, finding["id"], "verify", TEAM, result="pass")

    def revisit(_: int) -> tuple[int, dict[str, Any]]:
        return refused(api, finding["id"], "revisit", TEAM, result="fail", note="夜间又无人")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(revisit, range(8)))
    (won,) = [body for status, body in answers if status == 200]
    assert {status for status, _ in answers} <= {200, 409}
    found = api.all("/findings?group=revisited")
    assert [one["id"] for one in found] == [won["recurrence"], finding["id"]]
    assert found[0]["recurrence_of"] == finding["id"]
    assert (won["status"], won["revisit"]["result"]) == ("closed", "fail")
    assert told(api, finding["id"])[-1].data["revisit"]["recurrence"] == won["recurrence"]


def test_a_referral_is_shown_to_those_who_may_know_of_cases_only(api: Api) -> None:
    finding = posted(api)
    move(api, finding["id"], "refer", OFFICE, reason="屡查屡犯")
    move(api, finding["id"], "refer/decide", APPROVER, result="granted", reason="情况属实")
    event = told(api, finding["id"])[-1]
    assert (event.type, event.data["referral"]["reason"]) == ("finding.referred.v1", "屡查屡犯")
    path = f"/findings/{finding['id']}"
    assert [row["move"] for row in api.all(f"{path}/history", **UNIT)] == ["post"]
    assert [row["move"] for row in api.all(f"{path}/history", "commission")] == [
        "refer/decide", "refer", "post",
    ]  # fmt: skip
    assert api.ask("GET", path, "office").json()["referral"] is None
    assert api.ask("GET", path, "commission").json()["referral"]["result"] == "granted"


def test_a_handover_passes_on_what_is_open_and_repeats_harmlessly(api: Api) -> None:
    found = [posted(api, team="T09", area="990100102201") for _ in range(3)]
    ids = [one["id"] for one in found]
    unit = UNIT | {"area": "990100102"}
    move(api, ids[0], "report", unit, measures="已整改", completed_on=found[0]["posted_at"][:10])
    asked = {"json": {"to": "T10", "reason": "督导组撤回"}, "headers": {"Idempotency-Key": "handover-1"}}
    first = api.ask("POST", "/teams/T09/handover", "office", **asked)
    assert (first.status_code, first.json()) == (200, {"code": "T09", "to": "T10", "passed": 3})
    again = api.ask("POST", "/teams/T09/handover", "office", **asked)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    anew = api.ask("POST", "/teams/T09/handover", "office", json={"to": "T10", "reason": "督导组撤回"})
    assert anew.json()["passed"] == 0
    assert sorted(one["id"] for one in api.all("/findings?team=T10")) == sorted(ids)
    assert refused(api, ids[0], "verify", TEAM | {"team": "T09"}, result="pass")[0] == 403
    assert move(api, ids[0], "verify", TEAM | {"team": "T10"}, result="pass")["status"] == "closed"


@pytest.mark.parametrize(
    "body", [{"to": "T09", "reason": "x"}, {"to": "nobody", "reason": "x"}, {"to": "T10"}]
)
def test_a_handover_that_cannot_be_right_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.ask("POST", "/teams/T09/handover", "office", json=body).status_code == 422


def test_fifty_people_who_move_one_finding_at_once_make_one_move(api: Api) -> None:
    finding = posted(api)

    def accept(number: int) -> int:
        return refused(api, finding["id"], "accept", UNIT | {"sub": f"unit-{number}"})[0]

    with ThreadPoolExecutor(25) as pool:
        statuses = list(pool.map(accept, range(50)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert [event.type for event in told(api, finding["id"])] == ["finding.posted.v1", "finding.accepted.v1"]
