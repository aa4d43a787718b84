"""Talks, self-criticisms and appeals through the api: what is answered to whom, and what is refused."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document

from tests.integration.accountability.test_case_handling import case_of, demo, dispose, measures, move  # noqa: F401

pytestmark = pytest.mark.needs_mongo
HELD_AT = "2026-02-24T15:00:00+08:00"
RECORD = {
    "held_at": HELD_AT, "place": "县纪委谈话室", "talkers": ["钱某某", "孙某某"], "recorder": "郑某某",
    "points": "指出问题", "statement": "认识错误", "signed": True,
}  # fmt: skip
SERVED = {"method": "in_person", "at": "2026-02-24T10:00:00+08:00", "receipt": "送达回证"}


def served_now():
    """Periods for an appeal run from the service."""
    return {**SERVED, "at": datetime.now(UTC).isoformat(timespec="seconds")}


def decided(api, worker, finding, *kinds):
    """The paths of the measures against C009, by kind."""
    case = case_of(api, worker, finding)
    move(api, f"{case}/verify", body={"facts": "在卫生室聚集打牌"})
    dispose(api, case, "C009", measures(*kinds))
    dispose(api, case, "C010", {"no_action": "已尽职责"})
    move(api, f"{case}/propose")
    move(api, f"{case}/approve", "approver")
    case_id = case.rpartition("/")[2]
    found = api.items(f"/measures?case={case_id}", "commission")
    return case, {one["kind"]: f"/measures/{one['id']}" for one in found}


def test_a_talk_from_its_announcement_to_the_visit_after_it(api, worker):
    case, paths = decided(api, worker, "x-1", "admonition_talk")
    path = paths["admonition_talk"]
    assert api.ask("GET", f"{path}/talk", "commission").status_code == 404
    assert api.ask("GET", path, "cadre", cadre="C009").status_code == 404
    told = move(api, f"{path}/talk/schedule", body={"at": HELD_AT, "place": "县纪委谈话室"})
    assert (told["status"], told["scheduled"]["at"], told["held_at"]) == ("scheduled", HELD_AT, None)
    assert api.get(path, "cadre", cadre="C009")["announced_at"]
    assert api.get(case, "commission")["status"] == "serving"
    assert api.ask("GET", f"{path}/talk.docx", "commission").status_code == 404
    move(api, f"{path}/serve", body=SERVED)
    unfinished = move(api, f"{case}/close", status=409)
    assert unfinished["measures"][0]["missing"] == ["talk"]
    held = move(api, f"{path}/talk", body=RECORD)
    assert (held["status"], held["signed"], held["talkers"]) == ("recorded", True, ["钱某某", "孙某某"])
    answer = api.ask("GET", f"{path}/talk.docx", "approver")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert Document(io.BytesIO(answer.content)).tables[0].rows[0].cells[1].text == held["name"]
    for role, rest in (("cadre", {"cadre": "C009"}), ("auditor", {})):
        assert api.get(f"{path}/talk", role, **rest)["points"] == "指出问题"
    assert api.ask("GET", f"{path}/talk", "cadre", cadre="C010").status_code == 404
    assert move(api, f"{case}/close")["status"] == "closed"
    visit = {"held_at": "2026-02-24T16:00:00+08:00", "note": "整改到位"}
    assert move(api, f"{path}/talk/follow-up", body=visit)["follow_ups"][0]["note"] == "整改到位"
    assert [one.type for one in worker.told("talk") if one.data["case"] == case.rpartition("/")[2]] == [
        "talk.scheduled.v1", "talk.recorded.v1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [({"talkers": ["钱某某"]}, "talkers"), ({"talkers": ["钱某某", "钱某某"]}, "talkers"),
     ({"signed": False}, "refusal"), ({"refusal": "不认可"}, "refusal"), ({"statement": " "}, "statement"),
     ({"held_at": "2026-02-24"}, "held_at")],
)  # fmt: skip
def test_a_record_of_the_wrong_shape_is_refused_by_field(api, change, field):
    answer = api.ask("POST", "/measures/any/talk", "commission", json={**RECORD, **change})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_a_self_criticism_returned_and_accepted(api, worker):
    _, paths = decided(api, worker, "x-2", "written_self_criticism")
    path = paths["written_self_criticism"]
    move(api, f"{path}/serve", body={**SERVED, "submission_due": "2026-03-01"})
    assert api.get(f"{path}/submission", "cadre", cadre="C009")["due"] == "2026-03-01"
    body = {"text": "我的检查", "submitted_at": "2026-02-24T12:00:00+08:00"}
    assert move(api, f"{path}/submission", "cadre", body, cadre="C009")["status"] == "submitted"
    assert move(api, f"{path}/submission", body=body, status=409)["code"] == "invalid_transition"
    decide = f"{path}/submission/decide"
    assert "note" in move(api, decide, "approver", {"result": "returned"}, 422)["errors"]
    assert move(api, decide, "approver", {"result": "returned", "note": "不深刻"})["status"] == "returned"
    paper = {"on": "2026-02-24", "document": "scan-1"}
    assert move(api, f"{path}/submission", body={**body, "paper": paper})["paper"] == paper
    accepted = move(api, decide, "approver", {"result": "accepted"})
    assert (accepted["times"], accepted["moves"]) == (2, [])


def test_an_appeal_ends_with_a_lighter_measure(api, worker):
    case, paths = decided(api, worker, "x-3", "party_serious_warning")
    path = paths["party_serious_warning"]
    own = {"cadre": "C009"}
    assert api.ask("POST", f"{path}/appeals", "cadre", json={"grounds": "x"}, **own).status_code == 404
    move(api, f"{path}/serve", body=served_now())
    assert api.ask("POST", f"{path}/appeals", "cadre", json={"grounds": "x"}, cadre="C010").status_code == 404
    lodged = api.ask("POST", f"{path}/appeals", "cadre", json={"grounds": "当日在岗"}, **own)
    assert (lodged.status_code, lodged.json()["status"]) == (201, "lodged")
    appeal = lodged.headers["Location"]
    again = move(api, f"{path}/appeals", "cadre", {"grounds": "再次"}, 409, **own)
    assert (again["code"], again["appeal"]) == ("appealed_already", lodged.json()["id"])
    for query, role, rest in (
        ("", "cadre", own), (f"?measure={path.rpartition('/')[2]}", "approver", {}),
        (f"?case={case.rpartition('/')[2]}&status=lodged", "commission", {}),
        ("?cadre=C009&area=990100003", "auditor", {}),
    ):  # fmt: skip
        assert lodged.json()["id"] in [one["id"] for one in api.items(f"/appeals{query}", role, **rest)]
    assert api.items("/appeals", "cadre", cadre="C010") == []
    assert api.ask("GET", appeal, "cadre", cadre="C010").status_code == 404
    assert len(api.items(f"{path}/appeals", "cadre", **own)) == 1
    body = {"result": "varied", "reason": "情节较轻"}
    assert move(api, f"{appeal}/decide", "approver", body, 403)["code"] == "same_person"
    heavier = {"kind": "party_expulsion", "deciding_body": "county_party_committee"}
    refused = move(api, f"{appeal}/decide", "approver", {**body, "measure": heavier}, 409, sub="approver-2")
    assert refused["code"] == "measure_refused"
    lighter = {"kind": "party_warning", "deciding_body": "county_discipline_commission"}
    varied = move(api, f"{appeal}/decide", "approver", body, sub="approver-2")
    assert (varied["decision"]["replaced_by"], varied["moves"]) == (None, ["replace"])
    waiting = [one for one in api.items("/todo", "approver", sub="approver-2") if one["id"] == varied["id"]]
    assert [(one["what"], one["moves"]) for one in waiting] == [("appeal", ["replace"])]
    assert (
        move(api, f"{appeal}/replace", "approver", heavier, 409, sub="approver-2")["code"]
        == "measure_refused"
    )
    done = move(api, f"{appeal}/replace", "approver", lighter, sub="approver-2")
    new = api.get(f"/measures/{done['decision']['replaced_by']}", "commission")
    assert (new["kind"], new["status"], new["effect"]["from"]) == ("party_warning", "decided", "2026-02-22")
    assert api.get(path, "cadre", **own)["status"] == "varied"
    assert move(api, f"{appeal}/decide", "approver", body, 409, sub="approver-3")["allowed_moves"] == []
    case_id = case.rpartition("/")[2]
    told = {one.type for one in worker.told() if one.data.get("case") == case_id}
    assert {"appeal.lodged.v1", "appeal.decided.v1", "measure.revoked.v1"} <= told


def test_of_a_restricted_case_nobody_else_sees_talk_or_appeal(api, worker):
    case, paths = decided(api, worker, "x-4", "admonition_talk")
    path = paths["admonition_talk"]
    move(api, f"{path}/talk", body=RECORD)
    move(api, f"{path}/serve", body=served_now())
    appeal = move(api, f"{path}/appeals", "cadre", {"grounds": "当日在岗"}, 201, cadre="C009")
    move(api, f"{case}/access", body={"restricted": True, "handlers": ["handler-1"]}, method="PUT")
    for role in ("commission", "approver"):
        for hidden in (f"{path}/talk", f"{path}/talk.docx", f"{path}/appeals", f"/appeals/{appeal['id']}"):
            assert api.ask("GET", hidden, role).status_code == 404
            assert api.ask("GET", hidden, role, sub="handler-1").status_code == 200
        assert appeal["id"] not in [one["id"] for one in api.items("/appeals", role)]
    body = {"result": "upheld", "reason": "x"}
    assert (
        move(api, f"/appeals/{appeal['id']}/decide", "approver", body, 404, sub="a-9")["code"] == "not_found"
    )
