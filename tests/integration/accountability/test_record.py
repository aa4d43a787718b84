"""A cadre's record, what waits, and informants through the api: who reads what, and that each reading is audited."""

import pytest

from tests.integration.accountability.test_case_handling import case_of, demo, move, proposed

__all__ = ["demo"]

pytestmark = pytest.mark.needs_mongo


def actions(api, subject):
    return [one["action"] for one in api.items(f"/audit?subject={subject}", "auditor")]


def waits(api, role, key, **rest):
    return [one["what"] for one in api.items("/todo?limit=200", role, **rest) if one["id"] == key]


def test_a_decision_from_what_waits_for_whom_to_the_record(api, worker):
    case = case_of(api, worker, "r-6")
    case_id = case.rpartition("/")[2]
    assert waits(api, "commission", case_id) == ["case_verify"]
    proposed(api, case, "party_warning")
    assert waits(api, "approver", case_id) == ["case_approve"]
    move(api, f"{case}/approve", "approver")
    (measure,) = api.items(f"/measures?case={case_id}", "commission")
    assert waits(api, "commission", measure["id"]) == ["measure_serve"]

    def held(role, **rest):
        found = api.get("/cadres/C009/record", role, **rest)
        return [one["id"] for one in found["measures"] if one["case"] == case_id]

    assert (held("approver"), held("cadre", cadre="C009")) == ([measure["id"]], [])
    body = {"method": "in_person", "at": "2026-02-24T10:00:00+08:00", "receipt": "送达回证"}
    move(api, f"/measures/{measure['id']}/serve", body=body)
    assert held("cadre", cadre="C009") == [measure["id"]]
    assert "r-6" in [one["finding"] for one in api.get("/cadres/C009/record", "commission")["findings"]]
    assert api.get("/cadres/C009/record?as_of=2026-02-21", "commission")["measures"] == []
    assert api.ask("GET", "/cadres/C009/record", "cadre", cadre="C010").status_code == 404
    assert api.ask("GET", "/cadres/C009/record?as_of=2999-01-01", "auditor").status_code == 422
    assert api.ask("GET", "/cadres/C009/record", "office").status_code == 403
    move(api, f"/measures/{measure['id']}/revoke", "approver", {"reason": "事实有误", "by": "县纪委"})
    cleared = api.get("/cadres/C009/record", "commission")["cleared"]
    assert measure["id"] in [one["id"] for one in cleared]
    assert held("cadre", cadre="C009") == []
    assert "record.read" in actions(api, "C009")


def test_an_informant_opens_only_to_whom_another_person_granted_it(api, app, worker):
    case = case_of(api, worker, "r-7")
    case_id = case.rpartition("/")[2]
    name = "群众李某某"
    told = move(api, f"{case}/informant", body={"identity": name}, method="PUT")
    assert told["has_informant"] is True
    asked = move(api, f"{case}/informant/requests", body={"reason": "核实线索"}, status=201)
    assert api.ask("GET", f"{case}/informant", "commission").json()["code"] == "not_granted"
    assert waits(api, "approver", asked["id"]) == ["informant_request"]
    path = f"/informant-requests/{asked['id']}/decide"
    same = move(api, path, "approver", {"result": "granted"}, 403, sub="commission-1")
    assert same["code"] == "same_person"
    assert move(api, path, "approver", {"result": "granted"})["status"] == "granted"
    assert api.get(f"{case}/informant", "commission")["identity"] == name
    assert api.ask("GET", f"{case}/informant", "commission", sub="commission-2").status_code == 403
    assert "informant.read" in actions(api, case_id)
    for collection in app.database.collection("cases").database.list_collection_names():
        assert name not in str(list(app.database.collection(collection).find()))
