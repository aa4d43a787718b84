"""Objections, corrections and the trial of a rules file, on a real database."""

import pytest

from services.accountability import rules_dryrun
from services.accountability.adapters import indexes
from tests.unit.accountability.world import DEMO, ROOT, posted

pytestmark = pytest.mark.needs_mongo


@pytest.fixture(scope="module", autouse=True)
def demo(api, worker):
    assert api.bring_in((DEMO / "cadres.csv").read_bytes()).status_code == 200
    worker.deliver(posted("f-1", severity="serious"), posted("f-2", severity="serious", category="records"))


def warning_of(api, finding):
    return api.items(f"/warnings?finding={finding}")[0]


def test_a_cadre_objects_and_an_approver_revokes(api, worker):
    warning = warning_of(api, "f-1")
    path = f"/warnings/{warning['id']}"
    stranger = api.ask("POST", f"{path}/object", "cadre", json={"grounds": "不是我的责任"}, cadre="C999")
    assert stranger.status_code == 404
    objected = api.ask(
        "POST", f"{path}/object", "cadre", json={"grounds": "当日因公外出"}, cadre=warning["cadre"]
    )
    assert (objected.status_code, objected.json()["status"]) == (200, "objected")
    twice = api.ask(
        "POST", f"{path}/object", "cadre", json={"grounds": "当日因公外出"}, cadre=warning["cadre"]
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "invalid_transition")
    decided = api.ask(
        "POST", f"{path}/decide", "approver", json={"result": "revoked", "reason": "经核实属实"}
    )
    assert (decided.status_code, decided.json()["status"]) == (200, "revoked")
    assert api.get(path)["decision"]["reason"] == "经核实属实"
    assert "warning.revoked.v1" in [row["type"] for row in worker.app.database.collection("outbox").find()]


def test_the_office_corrects_an_assignment(api):
    before = api.get("/assignments/f-2")
    wrong, other = before["responsible"][0]["cadre"], "C003"
    body = {"remove": [wrong], "add": [{"cadre": other, "role": "direct"}], "reason": "已调离,由他人接任"}
    stale = api.ask("POST", "/assignments/f-2/correct", "office", json=body, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    corrected = api.ask("POST", "/assignments/f-2/correct", "office", json=body)
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["responsible"][0]["cadre"] == other
    standing = {one["cadre"]: one["status"] for one in api.items("/warnings?finding=f-2")}
    assert standing == {wrong: "revoked", other: "issued"}


def test_a_trial_of_a_rules_file_says_what_would_differ_and_writes_nothing(app, tmp_path, capsys):
    text = (ROOT / "deploy/county/rules.yaml").read_text(encoding="utf-8")
    candidate = tmp_path / "rules.yaml"
    candidate.write_text(text.replace("severity: [serious]", "severity: [critical]", 1), encoding="utf-8")
    counts = {
        name: app.database.collection(name).count_documents({}) for name in (indexes.WARNINGS, "outbox")
    }
    assert rules_dryrun.main(app, [str(candidate)]) == 0
    said = capsys.readouterr().out
    assert "2 findings taken anew" in said
    assert "nothing was written" in said
    assert counts == {name: app.database.collection(name).count_documents({}) for name in counts}
    candidate.write_text("rules: 5", encoding="utf-8")
    assert rules_dryrun.main(app, [str(candidate)]) == 1
    # The terminal breaks lines where it likes.
    assert "line 1" in " ".join(capsys.readouterr().out.split())
