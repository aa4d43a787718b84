"""Kinds, legality, effect and clocks on real servers: who may ask what, and that what is due is told once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.accountability.adapters import indexes
from services.accountability.application.effect_periods import TableOfPeriods
from services.accountability.bootstrap import AccountabilityApp
from services.accountability.domain.disposition import PlannedMeasure
from services.accountability.domain.measure import Measure
from services.accountability.domain.measure_parts import Grounds, Person, Service
from shared.persistence.ids import new_id
from tests.integration.accountability.conftest import Api

TOWNSHIP, OTHER = "990100001", "990100002"
CHECK = {
    "cadre": "C1", "kind": "party_warning", "deciding_body": "county_discipline_commission",
    "responsibility": "direct",
}  # fmt: skip
NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cadre(api: Api, app: AccountabilityApp) -> None:
    for collection in (indexes.MEASURES, indexes.CLOCKS, "outbox"):
        app.database.collection(collection).delete_many({})
    body = {
        "name": "李某某", "position": "村委会主任", "unit": "村委会", "area": TOWNSHIP, "identity": ["village_org"],
    }  # fmt: skip
    answer = api.ask("PUT", "/cadres/C1", json=body)
    assert answer.status_code in (200, 201), answer.text


def decided(app: AccountabilityApp, kind: str = "admonition_talk", **grounds: Any) -> str:
    """A measure as its approval leaves it."""
    measure_id = new_id()

    def act(transaction: Any) -> None:
        work = app.unit_of_work(transaction)
        terms = PlannedMeasure(kind, "county_discipline_commission", date(2026, 2, 10))
        told = {"case": new_id(), "findings": ("f-1",), "areas": (TOWNSHIP,), **grounds}
        row = app.legality.kinds.kind(kind)
        effect = TableOfPeriods(app.legality)(kind, terms.decided_on, work.measures.of_cadre("C1"))
        person = Person("C1", "李某某", "direct")
        work.measures.save(
            Measure.decide(measure_id, Grounds(**told), person, terms, row, effect, "approver-1", NOW)
        )

    app.database.transact(act)
    return measure_id


def served(app: AccountabilityApp, measure_id: str) -> None:
    def act(transaction: Any) -> None:
        work = app.unit_of_work(transaction)
        measure = work.measures.get(measure_id)
        assert measure is not None
        measure.serve(Service("in_person", NOW, "commission-1", "signed"), NOW)
        work.measures.save(measure)

    app.database.transact(act)


def told(app: AccountabilityApp, event: str) -> int:
    return app.database.collection("outbox").count_documents({"type": event})


def test_every_role_sees_the_kinds_with_what_was_not_checked_marked(api: Api) -> None:
    for role in ("cadre", "unit", "admin", "supervisor"):
        kinds = {row["kind"]: row for row in api.items("/measures/kinds", role, params={"limit": 200})}
        assert len(kinds) == 25
    assert kinds["party_warning"]["verified"] is True
    assert kinds["admonition_talk"]["verified"] is False
    assert kinds["admonition_talk"]["effect_months"] == 6
    page = api.get("/measures/kinds", params={"limit": 20})
    rest = api.get("/measures/kinds", params={"limit": 20, "cursor": page["next"]})
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (20, 5, None)


def test_the_commission_asks_what_the_law_says(api: Api) -> None:
    def ask(role: str = "commission", area: str = "990100", **changed: Any) -> Any:
        return api.ask("POST", "/measures/check", role, area=area, json=CHECK | changed)

    refused = ask().json()
    assert refused["verdict"] == "refuse"
    assert refused["reasons"][0]["article"] == "《中国共产党纪律处分条例》第八条"
    assert ask(kind="criticism_education").json()["verdict"] == "allow"
    assert ask(kind="removal").json()["verdict"] == "warn"
    assert ask(kind="criticism_education", investigators=["李某某"]).json()["verdict"] == "refuse"
    heavier = ask(kind="admonition_talk", before_defence=["reminder_talk"]).json()
    assert (heavier["verdict"], "第四十三条" in heavier["reasons"][0]["article"]) == ("refuse", True)
    both = ask(kind="admin_warning", deciding_body="employer", together_with=["admin_demerit"]).json()
    assert "第十五条" in both["reasons"][0]["article"]
    assert ask(cadre="nobody").json()["errors"]["cadre"]
    assert ask(kind="flogging").status_code == 422
    assert ask(area=OTHER).status_code == 403
    assert ask(role="office").status_code == 403


def test_effect_answers_yes_or_no_and_a_date_only_and_not_before_service(
    api: Api, app: AccountabilityApp
) -> None:
    measure = decided(app, restricted=True, handlers=("commission-1",))

    def effect(role: str, on: str = "2026-03-01", **claims: Any) -> Any:
        return api.get("/cadres/C1/effect", role, params={"on": on}, **claims)

    nothing = {"under_effect": False, "until": None}
    assert effect("office") == nothing
    assert effect("commission", sub="commission-2") == nothing
    yes = {"under_effect": True, "until": "2026-08-10"}
    assert effect("commission", sub="commission-1") == effect("auditor") == yes
    served(app, measure)
    assert effect("office") == yes
    assert effect("office", "2026-08-09") == yes
    assert effect("office", "2026-08-10") == effect("office", "2026-02-09") == nothing
    assert api.ask("GET", "/cadres/nobody/effect").status_code == 404
    assert api.ask("GET", "/cadres/C1/effect", area=OTHER).status_code == 403
    assert api.ask("GET", "/cadres/C1/effect", "unit").status_code == 403
    assert api.ask("GET", "/cadres/C1/effect", params={"on": "soon"}).status_code == 422


def test_clocks_are_listed_to_those_who_may_know(api: Api, app: AccountabilityApp) -> None:
    measure = decided(app, "party_warning", handlers=("commission-1",), restricted=True)

    def rules(role: str = "commission", **asked: Any) -> set[str]:
        claims = {name: asked.pop(name) for name in ("sub", "area") if name in asked}
        return {row["rule"] for row in api.items("/clocks", role, params=asked, **claims)}

    assert rules() == rules("auditor") == {"announce"}
    assert rules(sub="commission-2") == set()
    assert rules(area=OTHER) == set()
    served(app, measure)
    (first, *_) = [row for row in api.items("/clocks", "auditor") if row["rule"] == "announce"]
    assert (first["running"], first["stopped_by"], first["due"]) == (False, "measure.served.v1", "2026-03-10")
    assert first["verified"] is False
    running = {"appeal_application", "execution_report", "post_and_pay"}
    assert rules("auditor", due_before="2026-03-10") == set()
    assert rules("auditor", due_before="2026-03-11") == {"announce", "post_and_pay"}
    assert rules("auditor") == {"announce", *running}
    assert rules("auditor", due_before="2026-04-02") == {"announce", "post_and_pay", "appeal_application"}
    assert api.ask("GET", "/clocks", "office").status_code == 403
    (report,) = [row for row in api.items("/clocks", "commission") if row["rule"] == "post_and_pay"]
    path, body = f"/clocks/{report['id']}/done", {"done_on": "2026-03-01", "note": "工资变更手续已办理"}
    assert report["moves"] == ["done"]
    assert api.ask("POST", path, "commission", json=body, sub="commission-2").status_code == 404
    answer = api.ask("POST", path, "commission", json=body)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["running"], done["stopped_by"], done["done"]["on"]) == (False, "done", "2026-03-01")
    assert api.ask("POST", path, "commission", json=body).json()["code"] == "invalid_transition"


def test_what_is_due_is_told_once_however_many_workers_look(app: AccountabilityApp) -> None:
    decided(app)
    decided(app, "party_warning")
    later = NOW + timedelta(days=365 * 3)
    workers = [threading.Thread(target=app.do_due, args=(later,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert not app.do_due(later)
    assert told(app, "measure.expired.v1") == 2
    assert told(app, "clock.due.v1") == 1
    gauges = {labels["rule"]: value for name, labels, value in app.collect() if name == "duze_clocks_due"}
    assert gauges.keys() == set(app.clocks.rules.ids)
    assert gauges["appeal_application"] == 0
    assert gauges["announce"] == 0 or app.clock() >= datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_one_that_cannot_be_done_costs_only_itself(app: AccountabilityApp) -> None:
    broken, whole = decided(app), decided(app)
    measures = app.database.collection(indexes.MEASURES)
    measures.update_one({"_id": broken}, {"$unset": {"terms": ""}})
    later = NOW + timedelta(days=365)
    app.do_due(later)
    statuses = {row["_id"]: row["status"] for row in measures.find({"_id": {"$in": [broken, whole]}})}
    assert statuses == {whole: "expired", broken: "decided"}
    measures.delete_one({"_id": broken})
