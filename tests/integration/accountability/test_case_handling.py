"""Cases and measures through the api: the whole way, who may do and know what, two approvers at once."""

import threading
from datetime import UTC, datetime

import pytest

from tests.integration.accountability.moving import case_of, dispose, measures, move, proposed
from tests.unit.accountability.world import DEMO

pytestmark = pytest.mark.needs_mongo


@pytest.fixture(scope="module", autouse=True)
def demo(api):
    assert api.bring_in((DEMO / "cadres.csv").read_bytes()).status_code == 200


def test_a_case_from_its_opening_to_its_end(api, worker):
    case = case_of(api, worker, "w-1")
    assert proposed(api, case, "party_serious_warning")["status"] == "proposed"
    case_id = case.rpartition("/")[2]
    assert api.items(f"/measures?case={case_id}", "commission") == []
    approved = move(api, f"{case}/approve", "approver")
    assert (approved["status"], approved["approved_by"]) == ("approved", "approver-1")
    (measure,) = api.items(f"/measures?case={case_id}", "commission")
    assert (measure["cadre"], measure["status"], measure["served"], measure["effect"]["from"]) == (
        "C009", "decided", None, "2026-02-22",
    )  # fmt: skip
    unfinished = move(api, f"{case}/close", status=409)
    assert (unfinished["code"], unfinished["measures"][0]["missing"]) == ("unfinished", ["serve"])
    path = f"/measures/{measure['id']}"
    assert api.ask("GET", path, "cadre", cadre="C009").status_code == 404
    body = {"method": "in_person", "at": "2026-02-24T10:00:00+08:00", "receipt": "送达回证"}
    assert move(api, f"{path}/serve", body=body)["served"]["receipt"] == "送达回证"
    assert api.get(path, "cadre", cadre="C009")["status"] == "served"
    assert [one["id"] for one in api.items("/measures", "cadre", cadre="C009")] == [measure["id"]]
    assert api.items("/measures", "cadre", cadre="C010") == []
    assert api.get(case, "commission")["status"] == "serving"
    assert move(api, f"{case}/close")["status"] == "closed"
    until = measure["effect"]["until"]
    shown = {day: len(api.items(f"/measures?cadre=C009&case={case_id}&active_on={day}", "approver"))
             for day in ("2026-02-21", "2026-02-22", until)}  # fmt: skip
    assert shown == {"2026-02-21": 0, "2026-02-22": 1, until: 0}
    body = {"reason": "事实认定有误", "by": "县纪委"}
    assert move(api, f"{path}/revoke", "approver", body)["revoked"]["by"] == "县纪委"
    assert api.items(f"/measures?case={case_id}&active_on=2026-02-22", "auditor") == []
    told = [one.type for one in worker.told("measure") if one.data["case"] == case_id]
    assert told == ["measure.decided.v1", "measure.served.v1", "measure.revoked.v1"]


def test_what_is_handled_elsewhere_is_listed_from_its_due_day_on(api, worker):
    case = case_of(api, worker, "w-5")
    move(api, f"{case}/verify", body={"facts": "聚集打牌"})
    dispose(api, case, "C009", {"elsewhere": {"by": "主管单位", "due": "2026-03-14"}})
    dispose(api, case, "C010", {"no_action": "已尽职责"})
    move(api, f"{case}/propose")
    move(api, f"{case}/approve", "approver")
    case_id = case.rpartition("/")[2]

    def listed(day):
        return [one["id"] for one in api.items(f"/cases?elsewhere_due={day}", "commission")]

    assert (case_id in listed("2026-03-13"), case_id in listed("2026-03-14")) == (False, True)
    body = {"result": "主管单位已给予批评教育", "reported_on": "2026-02-25"}
    move(api, f"{case}/dispositions/C009/elsewhere", body=body)
    assert case_id not in listed("2026-03-14")


def test_of_two_that_approve_at_once_one_does(api, worker):
    case = case_of(api, worker, "w-2")
    proposed(api, case, "party_warning")
    answers = []
    threads = [
        threading.Thread(
            target=lambda sub=sub: answers.append(
                api.ask("POST", f"{case}/approve", "approver", sub=sub, json={})
            )
        )
        for sub in ("a-1", "a-2", "a-3")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(api.items(f"/measures?case={case.rpartition('/')[2]}", "approver")) == 1


def test_each_refusal_has_its_name(api, worker):
    case = case_of(api, worker, "w-3")
    assert move(api, f"{case}/propose", status=409)["code"] == "invalid_transition"
    move(api, f"{case}/verify", body={"facts": "聚集打牌"})
    assert move(api, f"{case}/propose", status=409)["cadres"] == ["C009", "C010"]
    dispose(api, case, "C009", measures("admin_dismissal"))
    dispose(api, case, "C010", {"elsewhere": {"by": "主管单位", "due": "2026-03-14"}})
    refused = move(api, f"{case}/propose", status=409)
    assert (refused["code"], refused["refused"][0]["cadre"]) == ("measure_refused", "C009")
    assert refused["refused"][0]["reasons"][0]["article"]
    body = {"responsibility": "direct", "outcome": measures("party_warning")}
    move(api, f"{case}/dispositions/C009", body=body, method="PUT")
    move(api, f"{case}/propose", sub="both")
    assert move(api, f"{case}/approve", "approver", status=403, sub="both")["code"] == "same_person"
    missing = move(api, f"{case}/approve", "approver", status=409)
    assert (missing["code"], missing["cadres"]) == ("defence_missing", ["C009"])
    move(api, f"{case}/recuse", body={"sub": "approver-9", "reason": "近亲属"})
    assert (
        move(api, f"{case}/return", "approver", {"reason": "x"}, 409, sub="approver-9")["code"] == "recused"
    )
    assert move(api, f"{case}/return", "approver", {"reason": "缺陈述"})["returned_reason"] == "缺陈述"
    stale = api.ask(
        "POST", f"{case}/dismiss", "commission", json={"reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    assert move(api, f"{case}/dismiss", body={"reason": "查否"})["status"] == "dismissed"


@pytest.mark.parametrize(
    ("outcome", "field"),
    [({}, "outcome"), ({"no_action": "无", "elsewhere": {"by": "x", "due": "2026-03-14"}}, "outcome"),
     (measures("beheading"), "outcome.measures.0.kind"), ({"measures": []}, "outcome.measures"),
     (measures("party_warning", deciding_body="neighbour"), "outcome.measures.0.deciding_body"),
     (measures("party_warning", decided_on="2026-02-19"), "outcome.measures.0.decided_on")],
)  # fmt: skip
def test_a_disposition_that_cannot_be_is_refused_by_field(api, worker, outcome, field):
    path = case_of(api, worker, "w-4")
    if api.get(path, "commission")["status"] == "opened":
        move(api, f"{path}/verify", body={"facts": "聚集打牌"})
    assert field in dispose(api, path, "C009", outcome, status=422)["errors"]


@pytest.mark.parametrize(
    "body",
    [{"method": "in_person", "at": "2026-02-24T10:00:00+08:00"},
     {"method": "pigeon", "at": "2026-02-24T10:00:00+08:00", "receipt": "x"},
     {"method": "paper", "at": "2026-02-24T10:00:00+08:00", "refusal": {"witnesses": ["张某"], "reason": "x"}},
     {"method": "paper", "at": "2026-02-24T10:00:00+08:00",
      "refusal": {"witnesses": ["张某", "张某"], "reason": "x"}}],
)  # fmt: skip
def test_a_service_without_proof_is_refused(api, body):
    assert api.ask("POST", "/measures/any/serve", "commission", json=body).status_code == 422


@pytest.fixture(scope="module")
def restricted(api, worker, demo):
    """An approved case that handler-1 and handler-2 may know of."""
    case = case_of(api, worker, "w-9")
    proposed(api, case, "reminder_talk")
    move(api, f"{case}/approve", "approver")
    body = {"restricted": True, "handlers": ["handler-1", "handler-2"]}
    move(api, f"{case}/access", body=body, method="PUT")
    case_id = case.rpartition("/")[2]
    (measure,) = api.items(f"/measures?case={case_id}", "auditor")
    return case, f"/measures/{measure['id']}"


@pytest.mark.parametrize("role", ["commission", "approver"])
def test_for_all_others_a_restricted_case_does_not_exist(api, restricted, role):
    case, measure = restricted
    case_id, measure_id = case.rpartition("/")[2], measure.rpartition("/")[2]
    for path in (case, f"{case}/history", measure):
        assert api.ask("GET", path, role).status_code == 404
        assert api.ask("GET", path, role, sub="handler-1").status_code == 200
        assert api.ask("GET", path, "auditor").status_code == 200
    for path, hidden in (
        ("/cases", case_id),
        ("/measures", measure_id),
        ("/measures?cadre=C009", measure_id),
    ):
        assert hidden not in [one["id"] for one in api.items(path, role)]
        assert hidden in [one["id"] for one in api.items(path, role, sub="handler-1")]


def test_nor_can_others_move_it_or_its_measures(api, restricted):
    case, measure = restricted
    for path, body in (("close", {}), ("recuse", {"sub": "x", "reason": "x"})):
        assert api.ask("POST", f"{case}/{path}", "commission", json=body).status_code == 404
    body = {"method": "paper", "at": "2026-02-24T10:00:00+08:00", "receipt": "x"}
    assert api.ask("POST", f"{measure}/serve", "commission", json=body).status_code == 404
    body = {"reason": "x", "by": "x"}
    assert api.ask("POST", f"{measure}/revoke", "approver", json=body).status_code == 404


def test_the_gauges_do_not_count_it(api, app, restricted):
    counted = {(name, *labels.values()): value for name, labels, value in app.collect()}
    assert ("duze_measures_total", "reminder_talk") not in counted
    seen = len([one for one in api.items("/cases?limit=200", "auditor") if one["status"] == "approved"])
    assert counted["duze_cases", "approved"] == seen - 1


def test_nor_does_the_gauge_of_clocks_that_ran_out(api, app, restricted):
    case_id = restricted[0].rpartition("/")[2]

    def ran_out():
        return sum(value for name, _, value in app.collect() if name == "duze_clocks_due")

    before = ran_out()
    clocks = app.database.collection("clocks")
    mine = {"case": case_id, "running": True}
    due = clocks.find_one(mine)["due_at"]
    clocks.update_many(mine, {"$set": {"due_at": datetime(2026, 1, 1, tzinfo=UTC)}})
    assert ran_out() == before
    clocks.update_many(mine, {"$set": {"restricted": False}})
    assert ran_out() > before
    clocks.update_many(mine, {"$set": {"restricted": True, "due_at": due}})


def test_who_may_not_know_of_it_is_refused_a_case_as_for_a_finding_elsewhere(api, restricted):
    """Neither the status nor the text says that there is a case."""
    finding = api.ask("GET", restricted[0], "auditor").json()["findings"][0]
    body = {"findings": [finding], "reason": "群众反映"}
    told = [
        api.ask("POST", "/cases", "commission", json=body),
        api.ask("POST", "/cases", "commission", json=body, area="990100002"),
        api.ask("POST", "/cases", "commission", json=body, sub="handler-1"),
    ]
    assert [one.status_code for one in told] == [403, 403, 409]
    assert told[0].json()["detail"] == told[1].json()["detail"]
    assert told[2].json()["findings"] == [finding]


def test_a_case_is_supplemented_for_whom_the_office_adds_after_the_approval(api, worker):
    case = case_of(api, worker, "w-11")
    proposed(api, case, "party_warning")
    move(api, f"{case}/approve", "approver")
    (finding,) = api.ask("GET", case, "auditor").json()["findings"]
    body = {"add": [{"cadre": "C011", "role": "direct"}], "reason": "漏列"}
    move(api, f"/assignments/{finding}/correct", "office", body=body)
    refused = move(api, f"{case}/close", status=409)
    assert (refused["code"], refused["cadres"]) == ("unfinished", ["C011"])
    assert move(api, f"{case}/supplement", body={"reason": "漏列责任人"})["status"] == "verifying"
    assert dispose(api, case, "C009", measures("reminder_talk"), status=409)["code"] == "invalid_transition"
    dispose(api, case, "C011", measures("criticism_education"))
    move(api, f"{case}/propose")
    assert move(api, f"{case}/approve", "approver")["status"] == "approved"
    found = api.items(f"/measures?case={case.rpartition('/')[2]}", "auditor")
    assert sorted((one["cadre"], one["kind"]) for one in found) == [
        ("C009", "party_warning"), ("C011", "criticism_education"),
    ]  # fmt: skip


def test_a_restricted_case_needs_a_handler(api, restricted):
    body = {"restricted": True, "handlers": []}
    answer = api.ask("PUT", f"{restricted[0]}/access", "commission", json=body, sub="handler-1")
    assert answer.status_code == 422
