"""Findings arrive at the real database: assigned, listed, tried again, counted; once whatever comes twice."""

import threading
from dataclasses import replace
from itertools import chain

import pytest

from services.accountability.adapters import indexes
from services.accountability.application.commands import TakeFinding
from services.accountability.bootstrap import build
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.accountability.world import DEMO, TOWNSHIP, event, posted, state, withdrawn

pytestmark = pytest.mark.needs_mongo
HEADER = "id,name,position,unit,area,identity,duty,duty_area,duty_place_kind"


@pytest.fixture(scope="module", autouse=True)
def demo(api):
    assert api.bring_in((DEMO / "cadres.csv").read_bytes()).status_code == 200


def of(worker, finding):
    """What was told about a finding, by type."""
    return [one for one in worker.told() if one.data.get("finding") == finding]


def test_an_assignment_is_told_and_can_be_looked_up(api, worker):
    worker.deliver(posted("a-1"))
    (told,) = of(worker, "a-1")
    assert (told.type, told.subject, told.sequence) == ("responsibility.assigned.v1", "a-1", 1)
    found = api.get("/assignments/a-1", "commission")
    assert [(one["cadre"], one["role"]) for one in found["responsible"]] == [
        ("C001", "direct"), ("C004", "line_leader"), ("C005", "principal_leader"),
    ]  # fmt: skip
    assert (found["status"], found["as_of"], found["missing"]) == ("assigned", "2026-02-20", None)
    assert "a-1" in [one["finding"] for one in api.items("/assignments?area=990100001001", "commission")]


def test_an_unknown_finding_has_no_assignment(api):
    assert api.ask("GET", "/assignments/ghost").status_code == 404
    assert api.ask("GET", "/assignments/a-1", area="990100002").status_code == 403


def test_a_batch_of_a_hundred_is_applied_once_though_it_comes_twice(api, worker, app):
    batch = [posted(f"b-{number}", severity="serious", area="990100002001") for number in range(100)]
    assert worker.deliver(*batch) == ["applied"] * 100
    assert worker.deliver(*batch) == ["duplicate"] * 100
    assert len([one for one in worker.told("responsibility") if one.data["finding"].startswith("b-")]) == 100
    assert app.database.collection(indexes.WARNINGS).count_documents({"finding": {"$regex": "^b-"}}) == 100


def test_two_workers_that_get_the_same_batch_at_once_have_one_effect(worker):
    batch = [posted(f"c-{number}", severity="serious") for number in range(20)]
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(worker.deliver(*batch))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(chain.from_iterable(outcomes)) == ["applied"] * 20 + ["duplicate"] * 20
    told = [one for one in worker.told() if str(one.data.get("finding")).startswith("c-")]
    assert (
        sorted(one.type for one in told) == ["responsibility.assigned.v1"] * 20 + ["warning.issued.v1"] * 20
    )


def test_a_late_older_event_is_stale(api, worker):
    accepted = event(state("d-1", status="rectifying", version=2), 2, "finding.accepted.v1")
    assert (worker.deliver(accepted), worker.deliver(posted("d-1"))) == (["applied"], ["stale"])
    assert len(of(worker, "d-1")) == 1


def test_nobody_found_is_listed_and_resolved_by_the_next_change_of_the_registers(api, worker, app):
    worker.deliver(posted("u-1", area="990100301", severity="serious"))
    (told,) = of(worker, "u-1")
    (entry,) = [
        one for one in api.items("/unassigned?area=990100301", "commission") if one["finding"] == "u-1"
    ]
    assert (told.type, told.subject) == ("responsibility.unresolved.v1", entry["id"])
    assert (entry["missing"], entry["responsible"]) == ("all", [])
    assert api.get("/assignments/u-1")["status"] == "unresolved"
    assert app.try_unassigned() == 0, "nothing has changed"
    line = "U1,王芳,网格员,居委会,990100301,contract,direct,990100301,"
    assert api.bring_in(f"{HEADER}\n{line}\n").json()["created"] == 1
    eventually(app.try_unassigned)
    assert api.items("/unassigned?area=990100301") == []
    assert [one["cadre"] for one in api.get("/assignments/u-1")["responsible"]] == ["U1"]
    assert {one.type for one in of(worker, "u-1")} == {
        "responsibility.unresolved.v1", "responsibility.assigned.v1", "warning.issued.v1",
    }  # fmt: skip


def test_while_the_database_is_away_the_timer_waits_for_its_next_turn(app):
    away = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=duze&serverSelectionTimeoutMS=300"
    other = build(replace(app.settings, mongo_uri=away))
    assert other.try_unassigned() == 0
    other.database.client.close()


def test_a_duty_put_by_hand_has_it_tried_again_too(api, worker, app):
    worker.deliver(posted("u-2", area="990100002002"))
    assert api.get("/assignments/u-2")["missing"] == "direct"
    duty = {"cadre": "C006", "area": "990100002002", "role": "direct"}
    assert api.ask("PUT", "/duties/C006-2", json=duty).status_code == 201
    eventually(app.try_unassigned)
    assert api.get("/assignments/u-2")["responsible"][0] == {
        "cadre": "C006", "name": "吴某某", "role": "direct", "area": "990100002002",
    }  # fmt: skip


def test_a_finding_taken_while_the_registers_change_is_not_forgotten(api, app):
    """It is resolved with the registers of before, since its transaction began before the change."""
    changes = [f"{HEADER}\nU3,王芳,网格员,居委会,990100201201,contract,direct,990100201201,\n"]

    def take(transaction):
        work = app.unit_of_work(transaction)
        work.registers()
        if changes:
            assert api.bring_in(changes.pop()).json()["created"] == 1
        app.do.take_finding(work, TakeFinding.from_data(state("u-3", area="990100201201")))

    app.database.transact(take)
    assert api.get("/assignments/u-3")["missing"] == "direct"
    eventually(app.try_unassigned)
    assert [one["cadre"] for one in api.get("/assignments/u-3")["responsible"]] == ["U3", "C025"]


def test_warnings_are_listed_with_their_reason(api, worker):
    worker.deliver(posted("w-1", severity="serious"))
    (warning,) = api.items("/warnings?finding=w-1", "commission")
    assert (warning["cadre"], warning["name"], warning["status"]) == ("C001", "赵某某", "issued")
    (because,) = warning["because"]
    assert (because["rule"], because["version"], because["facts"]["severity"]) == ("serious", 1, "serious")
    assert api.items("/warnings?finding=w-1&cadre=C002") == []
    assert "w-1" in [one["finding"] for one in api.items("/warnings?area=990100001001")]


def test_a_cadre_sees_the_warnings_against_himself_and_nobody_elses(api, worker):
    worker.deliver(posted("w-2", severity="serious"))
    own = api.items("/warnings?limit=200", "cadre", cadre="C001")
    assert "w-2" in [one["finding"] for one in own]
    assert {one["cadre"] for one in own} == {"C001"}
    assert api.items("/warnings?finding=w-2", "cadre", cadre="C002") == []
    assert api.ask("GET", "/warnings?cadre=C001", "cadre", cadre="C002").status_code == 403


@pytest.mark.parametrize("role", ["supervisor", "unit", "admin"])
def test_warnings_are_closed_to_everybody_else(api, role):
    assert api.ask("GET", "/warnings", role).status_code == 403


def test_a_withdrawn_findings_warning_falls(api, worker):
    worker.deliver(posted("w-3", severity="serious"))
    worker.deliver(withdrawn("w-3", severity="serious"))
    (warning,) = api.items("/warnings?finding=w-3")
    assert (warning["status"], warning["revoked_reason"]) == ("revoked", "finding_withdrawn")
    assert api.get("/assignments/w-3")["status"] == "withdrawn"


def test_the_counts_are_those_of_the_assignments(api, worker, app):
    before = api.get("/counts?", "admin")
    worker.deliver(posted("n-1"), posted("n-2", area="990100"), posted("n-3", historical=True))
    after = eventually(lambda: _changed(api, before))
    assert (after["assigned"] - before["assigned"], after["unresolved"] - before["unresolved"]) == (1, 1)
    assert after["outbox_pending"] == app.database.collection("outbox").count_documents({"state": "pending"})
    assert api.get("/counts", "office", area=TOWNSHIP)["assigned"] < after["assigned"]


def _changed(api, before):
    counts = api.get("/counts", "admin")
    return counts if counts != before else False


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "commission", "approver"])
def test_the_counts_are_for_office_administrator_and_auditor(api, role):
    assert api.ask("GET", "/counts", role).status_code == 403
    assert api.get("/counts", "auditor")["assigned"] >= 0


def test_a_signed_notice_of_a_warning_sets_the_day_its_periods_run_from(api, worker):
    worker.deliver(posted("s-1", severity="serious"))
    (warning,) = api.items("/warnings?finding=s-1")
    worker.deliver(signed(warning["id"], "2026-02-25T09:30:00+08:00"))
    worker.deliver(signed(warning["id"], "2026-02-26T09:30:00+08:00", 2))
    assert api.items("/warnings?finding=s-1")[0]["received_at"] == "2026-02-25T09:30:00+08:00"


def signed(warning, at, sequence=1):
    data = {"notice": "n1", "warning": warning, "signed_at": at, "change": {"move": "signed", "at": at}}
    told = event({"finding": "s-1"}, sequence, "notice.signed.v1")
    return replace(told, source="notifications", subject="n1", data=data)


def test_the_gauges_tell_the_state(app):
    gauges = {(name, *labels.values()): value for name, labels, value in app.collect()}
    assert gauges[("duze_warnings_total",)] >= 100
    assert gauges[("duze_cases", "closed")] == 0
    assert gauges[("duze_unassigned_findings",)] >= 1


def test_a_transfer_warns_the_same_person_anew_where_he_answers_there_too(worker, app):
    told = {"severity": "serious", "named_responsible": ["C001"], "category": "supplies"}
    worker.deliver(posted("t-1", **told))
    elsewhere = state("t-1", area="990100002001", version=2, **told)
    moved = event(elsewhere, 2, "finding.transferred.v1")
    assert worker.deliver(moved) == ["applied"]
    rows = app.database.collection(indexes.WARNINGS).find({"finding": "t-1", "cadre": "C001"})
    assert sorted((row["standing"], row["revoked_reason"]) for row in rows) == [
        (False, "finding_transferred"), (True, None),
    ]  # fmt: skip
    areas = [
        one.data["summary"]["area"]
        for one in of(worker, "t-1")
        if one.type.startswith("responsibility.assigned")
    ]
    assert areas == ["990100001001", "990100002001"]
