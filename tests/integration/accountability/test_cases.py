"""Cases through the api: who may know of them, how they are found, opening by hand, the history."""

import threading

import pytest

from services.accountability.adapters import indexes
from tests.unit.accountability.world import COUNTY, DEMO, TOWNSHIP, posted

pytestmark = pytest.mark.needs_mongo
READERS = ("commission", "approver", "auditor")


@pytest.fixture(scope="module", autouse=True)
def demo(api, worker):
    """The registers, and one case that a rule opened."""
    assert api.bring_in((DEMO / "cadres.csv").read_bytes()).status_code == 200
    worker.deliver(posted("f-1", severity="critical", number="督〔2026〕71号"))


@pytest.fixture(scope="module")
def case(api, demo):
    (found,) = api.items("/cases?finding=f-1", "commission")
    return found


def test_a_case_says_what_whom_and_why(case):
    assert (case["status"], case["findings"], case["numbers"]) == ("opened", ["f-1"], ["督〔2026〕71号"])
    assert case["persons"][0] == {
        "cadre": "C001", "name": "赵某某", "role": "direct", "area": "990100001001",
        "position": "凤栖社区党支部书记", "unit": "凤栖社区居委会",
    }  # fmt: skip
    assert [one["rule"] for one in case["because"]] == ["critical_or_integrity"]
    assert case["reason"] is None


@pytest.mark.parametrize("role", READERS)
def test_commission_approver_and_auditor_see_it(api, case, role):
    assert api.get(f"/cases/{case['id']}", role)["id"] == case["id"]
    assert case["id"] in [one["id"] for one in api.items("/cases", role)]


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "office", "admin"])
@pytest.mark.parametrize("path", ["/cases", "/cases/{id}", "/cases/{id}/history", "/cases?finding=f-1"])
def test_nobody_else_learns_that_it_exists(api, case, role, path):
    answer = api.ask("GET", path.format(**case), role)
    assert answer.status_code == 403
    assert case["id"] not in answer.text


def test_what_the_office_may_read_does_not_show_that_a_case_exists(api, case):
    seen = api.ask("GET", "/assignments/f-1").text + api.ask("GET", "/warnings?finding=f-1").text
    assert case["id"] not in seen
    assert "critical_or_integrity" not in seen


def test_outside_of_ones_area_it_does_not_exist(api, case):
    assert api.ask("GET", f"/cases/{case['id']}", "commission", area="990100002").status_code == 404
    assert api.items("/cases", "commission", area="990100002") == []
    assert api.get(f"/cases/{case['id']}", "commission", area=TOWNSHIP)["id"] == case["id"]


def test_a_case_that_reaches_beyond_ones_area_is_not_shown(api, worker):
    worker.deliver(posted("r-1"), posted("r-2", area="990100002001"))
    made = api.ask(
        "POST", "/cases", "commission", json={"findings": ["r-1", "r-2"], "reason": "统筹不力"}
    ).json()
    assert api.ask("GET", f"/cases/{made['id']}", "commission", area=TOWNSHIP).status_code == 404
    assert made["id"] not in [one["id"] for one in api.items("/cases", "commission", area=TOWNSHIP)]
    assert made["id"] in [one["id"] for one in api.items("/cases?area=990100002", "commission")]


def test_a_restricted_case_exists_for_its_handlers_and_the_auditor_only(api, app, worker):
    worker.deliver(posted("x-1", severity="critical", area="990100105201"))
    (found,) = api.items("/cases?finding=x-1", "commission")
    change = {"$set": {"restricted": True, "handlers": ["handler-1"]}}
    app.database.collection(indexes.CASES).update_one({"_id": found["id"]}, change)
    assert api.ask("GET", f"/cases/{found['id']}", "commission").status_code == 404
    assert api.items("/cases?finding=x-1", "approver") == []
    assert api.get(f"/cases/{found['id']}", "commission", sub="handler-1")["restricted"]
    assert api.items("/cases?finding=x-1", "auditor")[0]["id"] == found["id"]


@pytest.mark.parametrize(
    "query",
    ["status=opened", "cadre=C001", "area=990100001", "finding=f-1", "q=督〔2026〕71号", "q=赵某", "q=C001",
     "q=卡口", "q=城关", "status=opened&cadre=C001&area=990100001001&q=71"],
)  # fmt: skip
def test_it_is_found_by_each_filter(api, case, query):
    assert case["id"] in [one["id"] for one in api.items(f"/cases?{query}", "commission")]


@pytest.mark.parametrize(
    "query", ["status=closed", "cadre=C002", "area=990100002", "finding=f-2", "q=72号", "q=钱某某", "q=.*"]
)
def test_it_is_not_found_by_what_does_not_fit(api, case, query):
    assert case["id"] not in [one["id"] for one in api.items(f"/cases?{query}", "commission")]


def test_an_unknown_status_is_refused(api):
    assert api.ask("GET", "/cases?status=lost", "commission").status_code in (400, 422)


def test_its_history_says_how_it_came_about(api, case):
    (line,) = api.items(f"/cases/{case['id']}/history", "approver")
    assert (line["move"], line["by"], line["details"]["because"]) == (
        "opened",
        None,
        ["critical_or_integrity"],
    )


def test_the_commission_opens_one_by_its_own_judgment(api, worker):
    worker.deliver(posted("h-1"), posted("h-2"))
    told = len(worker.told("case"))
    made = api.ask("POST", "/cases", "commission", json={"findings": ["h-1", "h-2"], "reason": "敷衍整改"})
    case = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, f"/cases/{case['id']}")
    assert (case["findings"], case["reason"], case["because"]) == (["h-1", "h-2"], "敷衍整改", [])
    (line,) = api.items(f"/cases/{case['id']}/history", "commission")
    assert (line["by"], line["note"]) == ("commission-1", "敷衍整改")
    assert len(worker.told("case")) == told + 1


def test_a_repeat_under_the_same_key_opens_no_second_case(api, worker):
    worker.deliver(posted("k-1"))
    body = {"findings": ["k-1"], "reason": "敷衍整改"}
    first, second = (
        api.ask("POST", "/cases", "commission", json=body, headers={"Idempotency-Key": "case-1"})
        for _ in range(2)
    )
    assert (first.json(), second.headers["Idempotency-Replayed"]) == (second.json(), "true")


def test_a_finding_in_an_unfinished_case_is_refused_and_named(api):
    answer = api.ask("POST", "/cases", "commission", json={"findings": ["f-1"], "reason": "再立"})
    assert (answer.status_code, answer.json()["code"]) == (409, "finding_in_case")
    assert answer.json()["findings"] == ["f-1"]


def test_two_that_open_a_case_on_one_finding_at_once_open_one(api, worker):
    worker.deliver(posted("t-1"))
    body = {"findings": ["t-1"], "reason": "同时立案"}
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(api.ask("POST", "/cases", "commission", json=body)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(api.items("/cases?finding=t-1", "commission")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({"findings": ["ghost"], "reason": "无"}, 422), ({"findings": [], "reason": "无"}, 422),
     ({"findings": ["f-1"]}, 422), ({"findings": ["f-1"], "reason": ""}, 422),
     ({"findings": ["f-1"], "reason": "无", "sanction": "removal"}, 422)],
)  # fmt: skip
def test_a_case_without_ground_or_reason_is_refused(api, body, status):
    assert api.ask("POST", "/cases", "commission", json=body).status_code == status


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "office", "admin", "approver", "auditor"])
def test_nobody_but_the_commission_opens_a_case(api, role):
    body = {"findings": ["f-1"], "reason": "越权"}
    assert api.ask("POST", "/cases", role, json=body).status_code == 403


def test_findings_of_another_area_ground_no_case_of_ours(api):
    body = {"findings": ["f-1"], "reason": "越区"}
    assert api.ask("POST", "/cases", "commission", json=body, area="990100002").status_code == 403


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "office", "commission", "admin"])
def test_the_rules_are_open_to_every_role(api, role):
    rules = api.items("/rules?version=1", role)
    assert [rule["id"] for rule in rules][:3] == ["critical_or_integrity", "serious", "repeat_same_category"]
    assert rules[1]["then"] == {"warning": {"to": ["direct"]}}
    assert rules[2]["when"]["repeat"]["days_with_findings"] == 3
    assert api.items("/rules?version=2", role) == []


def test_the_rules_come_in_pages_too(api):
    first = api.get("/rules?limit=3")
    second = api.get(f"/rules?limit=10&cursor={first['next']}")
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 4, None)
    assert api.ask("GET", "/rules?cursor=x").status_code == 422


def test_codes_and_areas_are_answered_here_as_everywhere(api):
    assert api.get("/vocabulary", "cadre")["severity"]["serious"] == "严重"
    assert COUNTY in [area["code"] for area in api.items("/areas?q=示范县", "unit")]
