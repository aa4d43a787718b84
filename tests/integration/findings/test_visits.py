"""Visits and campaigns through the api on a real database."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
AREA = "990100103201"


def visit(**told: Any) -> dict[str, Any]:
    place = {"name": "村口卡点", "kind": "checkpoint"}
    return {"team": "T05", "area": AREA, "place": place, "method": "inspection", **told}


def test_visits_are_planned_made_warned_of_and_counted(api: Api) -> None:
    headers = {"Idempotency-Key": "visit-1"}
    planned = api.ask("POST", "/visits", json=visit(planned_on="2099-03-01"), headers=headers)
    assert planned.status_code == 201, planned.text
    again = api.ask("POST", "/visits", json=visit(planned_on="2099-03-01"), headers=headers)
    assert again.json()["id"] == planned.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    second = api.ask("POST", "/visits", json=visit(team="T06", planned_on="2099-03-02"), team="T06")
    assert [one["visit"] for one in second.json()["warnings"]] == [planned.json()["id"]]

    finding = api.post(a_finding(area=AREA)).json()["id"]
    told = {"visited_at": datetime.now(UTC).isoformat(), "result": "found", "findings": [finding]}
    path = f"/visits/{planned.json()['id']}"
    assert api.ask("POST", f"{path}/result", json=told, headers={"If-Match": '"9"'}).status_code == 412
    done = api.ask("POST", f"{path}/result", json=told)
    assert (done.status_code, done.json()["status"]) == (200, "done"), done.text
    assert api.ask("POST", f"{path}/result", json=told).json()["code"] == "already_recorded"
    assert api.ask("GET", path, "unit", area="990100103").json()["findings"] == [finding]
    assert [one["id"] for one in api.all(f"/visits?area={AREA}&status=done")] == [planned.json()["id"]]
    (counted,) = api.all(f"/visits/counts?area={AREA}")
    assert (counted["visits"], counted["found"], counted["planned"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "planned_on"),
        ({"visited_at": "2026-02-11T10:00:00+08:00"}, "result"),
        ({"result": "clean"}, "visited_at"),
        ({"planned_on": "2099-03-01", "findings": ["x"]}, "findings"),
        ({"planned_on": "2099-03-01", "method": "by_magic"}, "method"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_by_field(api: Api, told: dict[str, Any], field: str) -> None:
    answer = api.ask("POST", "/visits", json=visit(**told))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_a_campaign_groups_findings_and_its_filter_is_served_by_an_index(api: Api) -> None:
    body = {"code": "FANGXUN", "name": "防汛专项", "from": "2026-05-01", "to": "2026-08-31"}
    assert api.post(a_finding(campaign="FANGXUN")).status_code == 422
    assert api.ask("POST", "/campaigns", "office", json=body).status_code == 201
    assert api.ask("POST", "/campaigns", "office", json=body).json()["code"] == "campaign_exists"
    posted = api.post(a_finding(campaign="FANGXUN")).json()
    assert [one["id"] for one in api.all("/findings?campaign=FANGXUN")] == [posted["id"]]
    assert [one["code"] for one in api.all("/campaigns", "unit")] == ["FANGXUN"]
    plan = api.database["visits"].find({"reach": AREA}).sort("_id", -1).explain()
    assert "reach_1__id_-1" in json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
