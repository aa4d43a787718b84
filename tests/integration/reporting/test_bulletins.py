"""Bulletins through the api on a real database: the demo county's draft, its documents, its figures, its readers."""

from typing import Any

import pytest

from tests.integration.reporting.conftest import Api, Worker
from tests.unit.reporting.bulletins import TITLE, demo_events
from tests.unit.reporting.world import COUNTY, moved

pytestmark = pytest.mark.needs_mongo
WANTED = {"kind": "problems", "area": COUNTY, "from": "2026-01-01", "to": "2026-12-31"}
ALL = 43


@pytest.fixture(scope="module", autouse=True)
def told(worker: Worker) -> None:
    worker.deliver(*demo_events())


def draft(
    api: Api, role: str = "office", expect: int = 201, caller_area: str = COUNTY, **wanted: Any
) -> dict[str, Any]:
    """Of the whole county by its office, unless wanted otherwise; `begin` and `end` are its days."""
    named = {{"begin": "from", "end": "to"}.get(name, name): value for name, value in wanted.items()}
    answer = api.ask("POST", "/bulletins", role, json=WANTED | named, area=caller_area)
    assert answer.status_code == expect, answer.text
    return dict(answer.json())


def test_a_draft_is_answered_found_listed_and_traced(api: Api) -> None:
    answer = api.ask("POST", "/bulletins", json=WANTED | {"title": TITLE})
    assert answer.status_code == 201
    bulletin = answer.json()
    assert answer.headers["Location"] == f"/bulletins/{bulletin['id']}"
    assert bulletin["number"] is None
    assert (bulletin["status"], bulletin["names"], bulletin["version"]) == ("draft", "position_only", 1)
    assert api.get(f"/bulletins/{bulletin['id']}") == bulletin
    assert bulletin in api.all("/bulletins?kind=problems&status=draft")
    for path, value in bulletin["figures"].items():
        traced = api.get(f"/bulletins/{bulletin['id']}/trace?figure={path}")
        assert traced["value"] == value
        if traced["unit"] == "problems":
            assert sum(item["count"] for item in traced["items"]) == value
    ledger = {row["id"] for row in api.all("/ledger")}
    traced = api.get(f"/bulletins/{bulletin['id']}/trace?figure=total.findings")
    assert set(traced["ids"]) == ledger
    assert len(ledger) == ALL


def test_its_figures_are_those_of_the_statistics(api: Api) -> None:
    figures = draft(api)["figures"]
    for by in ("category", "status", "team", "severity", "method"):
        for row in api.get(f"/statistics?by={by}")["rows"]:
            assert figures[f"{by}.{row['key']}.findings"] == row["posted"]
            assert figures[f"{by}.{row['key']}.problems"] == row["posted_items"]


def test_the_documents_are_markdown_and_a_page_that_runs_nothing(api: Api) -> None:
    bulletin = draft(api, title="<script>alert(1)</script>")["id"]
    text = api.ask("GET", f"/bulletins/{bulletin}.md")
    assert text.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert text.text.startswith("# \\<script\\>alert(1)\\</script\\>\n")
    html = api.ask("GET", f"/bulletins/{bulletin}.html")
    assert html.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<script" not in html.text
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    html.encoding = "utf-8"
    assert "&lt;script&gt;" in html.text


def test_a_draft_is_mended_by_who_saw_its_version(api: Api) -> None:
    bulletin = draft(api)
    path, first = (
        f"/bulletins/{bulletin['id']}",
        api.get(f"/bulletins/{bulletin['id']}/trace?figure=total.findings"),
    )
    left_out = [{"id": first["ids"][0], "reason": "已另行通报"}]
    body = {"exclude": left_out, "addressees": ["各乡镇(街道)"], "audience": "county", "closing": "结束语"}
    answer = api.ask("PATCH", path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    edited = answer.json()
    assert edited["figures"]["total.findings"] == ALL - 1
    assert {name: edited[name] for name in body} == body
    assert api.get(path) == edited
    again = api.ask("PATCH", path, json={"title": "x"}, headers={"If-Match": '"1"'})
    assert (again.status_code, again.json()["code"]) == (412, "version_mismatch")
    assert api.get(path) == edited


def test_a_draft_keeps_its_figures_while_the_facts_go_on(api: Api, worker: Worker) -> None:
    bulletin = draft(api, begin="2027-01-01", end="2027-01-02")
    before = api.ask("GET", f"/bulletins/{bulletin['id']}.md").content
    worker.deliver(moved("late", found_at="2027-01-01T10:00:00+08:00", area="990100103201"))
    assert api.ask("GET", f"/bulletins/{bulletin['id']}.md").content == before
    assert draft(api, begin="2027-01-01", end="2027-01-02")["figures"]["total.findings"] == 1


def test_the_same_idempotency_key_drafts_once(api: Api) -> None:
    headers = {"Idempotency-Key": "draft-once"}
    answers = [api.ask("POST", "/bulletins", json=WANTED, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"begin": "2026-12-31", "end": "2026-01-01"}, "to"),
        ({"names": "full"}, "names"),
        ({"area": "999999"}, "area"),
        ({"team": "T99"}, "team"),
        ({"title": "x" * 201}, "title"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_cannot_be_right_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    assert set(draft(api, expect=422, **body)["errors"]) == {field}


def test_a_kind_of_another_role_is_refused(api: Api) -> None:
    assert draft(api, expect=403, kind="cases")["code"] == "forbidden"


@pytest.mark.parametrize(
    "body",
    [
        {"exclude": [{"id": "no-such", "reason": "x"}]},
        {"exclude": [{"id": "f-01"}]},
        {"exclude": [{"id": "f-01", "reason": "x"}, {"id": "f-01", "reason": "y"}]},
        {"title": None},
        {"title": " "},
        {"audience": "world"},
        {"number": "示督通〔2026〕1号"},
        {"status": "published"},
    ],
)
def test_a_change_that_cannot_be_right_is_refused(api: Api, body: dict[str, Any]) -> None:
    bulletin = draft(api)["id"]
    answer = api.ask("PATCH", f"/bulletins/{bulletin}", json=body)
    assert answer.status_code == 422, answer.text
    assert api.get(f"/bulletins/{bulletin}")["version"] == 1


@pytest.mark.parametrize(
    "role", ["supervisor", "unit", "cadre", "commission", "approver", "auditor", "admin"]
)
def test_only_the_office_drafts_and_mends(api: Api, role: str) -> None:
    bulletin = draft(api)["id"]
    draft(api, role, expect=403)
    assert api.ask("PATCH", f"/bulletins/{bulletin}", role, json={"title": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("office", 200),
        ("approver", 200),
        ("auditor", 200),
        ("supervisor", 403),
        ("commission", 403),
        ("cadre", 403),
    ],
)
def test_a_draft_is_read_by_some_only(api: Api, role: str, status: int) -> None:
    bulletin = draft(api)["id"]
    for ending in ("", ".md", ".html", "/trace?figure=total.findings"):
        assert api.ask("GET", f"/bulletins/{bulletin}{ending}", role).status_code == status, ending
    if role not in ("cadre",):
        assert bool(api.all("/bulletins", role)) is (status == 200)


def test_a_township_office_reaches_its_own_bulletins_only(api: Api) -> None:
    county = draft(api)["id"]
    own = draft(api, area="990100001", caller_area="990100001")
    assert own["figures"]["total.findings"] == own["figures"]["township.990100001.findings"] == 13
    draft(api, expect=403, area=COUNTY, caller_area="990100001")
    draft(api, expect=403, area="990100002", caller_area="990100001")
    assert api.ask("GET", f"/bulletins/{county}", area="990100001").status_code == 403
    assert {one["area"] for one in api.all("/bulletins", area="990100001")} == {"990100001"}


def test_lists_know_kind_status_and_days_and_come_newest_first(api: Api) -> None:
    early = draft(api, begin="2025-01-01", end="2025-01-31")["id"]
    late = draft(api, begin="2025-02-01", end="2025-02-28")["id"]

    def listed(query: str) -> list[str]:
        return [one["id"] for one in api.all(f"/bulletins?{query}", limit=1)]

    assert listed("from=2025-01-31&to=2025-02-01") == [late, early]
    assert listed("from=2025-02-01&to=2025-12-31") == [late]
    assert listed("to=2025-01-31") == [early]
    assert listed("status=published") == []
    assert listed("kind=cases") == []


@pytest.mark.parametrize("ending", ["", ".md", ".html", "/trace?figure=total.findings"])
def test_an_unknown_bulletin_is_not_found(api: Api, ending: str) -> None:
    assert api.ask("GET", f"/bulletins/no-such{ending}").status_code == 404


def test_an_unknown_figure_is_answered_with_those_there_are(api: Api) -> None:
    answer = api.ask("GET", f"/bulletins/{draft(api)['id']}/trace?figure=nothing")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_figure"
    assert "total.problems" in answer.json()["figures"]


@pytest.mark.parametrize(
    ("move", "role"), [("approve", "approver"), ("publish", "office"), ("correct", "office")]
)
def test_an_unknown_bulletin_is_not_moved(api: Api, move: str, role: str) -> None:
    body: dict[str, Any] = {"json": {"reason": "x"}} if move == "correct" else {}
    assert api.ask("POST", f"/bulletins/x/{move}", role, **body).status_code == 404
