"""Similar findings, merging and splitting through the api on a real database."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.findings.adapters.collections import FINDINGS
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
OTHER_TOWNSHIP = "990100102201"


def posted(api: Api, **values: Any) -> dict[str, Any]:
    answer = api.post(a_finding(**values))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_single_post_and_the_single_document_name_what_is_similar(api: Api) -> None:
    first = posted(api, area="990100001003", category="hygiene")
    second = posted(api, area="990100001003", category="hygiene")
    assert second["similar"] == [first["id"]]
    shown = api.ask("GET", f"/findings/{first['id']}", "office").json()
    assert shown["similar"] == [second["id"]]
    assert shown["similar_because"][0]["reasons"]


def test_a_batch_suggests_nothing_and_takes_what_is_similar(api: Api) -> None:
    lines = [json.dumps(a_finding(area=OTHER_TOWNSHIP)) for _ in range(2)]
    answer = api.batch("\n".join(lines).encode())
    assert answer["accepted"] == 2
    assert all("similar" not in line for line in answer["results"])


def test_candidates_come_out_of_an_index_in_their_order(api: Api) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    wanted = {"blocking_key": "990100001:access_control", "created_at": {"$gte": since}}
    plan = api.database[FINDINGS].find(wanted).sort("created_at", -1).limit(201).explain()
    winning = json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
    assert "blocking_key_1_created_at_-1" in winning
    assert '"SORT"' not in winning


def test_merge_and_unmerge(api: Api) -> None:
    one, into = posted(api), posted(api)
    body = {"into": into["id"], "reason": "同一问题"}
    merged = api.ask("POST", f"/findings/{one['id']}/merge", "office", json=body)
    assert merged.status_code == 200, merged.text
    assert (merged.json()["status"], merged.json()["merged_into"]) == ("withdrawn", into["id"])
    assert api.ask("POST", f"/findings/{one['id']}/accept", "unit", area="990100001").status_code == 409
    history = api.all(f"/findings/{into['id']}/history")
    assert (history[0]["move"], history[0]["absorbed"]) == ("merge", one["id"])
    stale = {"If-Match": '"1"'}
    undo = {"reason": "两处卡口"}
    path = f"/findings/{one['id']}/unmerge"
    assert api.ask("POST", path, "office", json=undo, headers=stale).status_code == 412
    back = api.ask("POST", path, "office", json=undo).json()
    assert (back["status"], back["merged_into"]) == ("issued", None)
    told = [row["type"] for row in api.database["outbox"].find({"subject": one["id"]}, sort=[("_id", 1)])]
    assert told == ["finding.posted.v1", "finding.withdrawn.v1", "finding.resumed.v1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"into": "no-such", "reason": "同"}, 422),
        ({"reason": "同"}, 422),
        ({"into": "x", "reason": " "}, 422),
    ],
)
def test_a_merge_that_cannot_be_is_refused_by_field(api: Api, body: dict[str, str], status: int) -> None:
    one = posted(api)
    answer = api.ask("POST", f"/findings/{one['id']}/merge", "office", json=body)
    assert answer.status_code == status
    assert answer.json()["errors"]


def test_a_note_is_split_and_a_completed_proposal_posted(api: Api) -> None:
    note = "施营社区路口:部分路口没有封闭,人车难以管控。建议专人值守。\n防控氛围良好"
    body = {
        "text": note, "method": "inspection", "severity": "serious", "found_at": "2026-02-11T14:00:00+08:00",
    }  # fmt: skip
    answer = api.ask("POST", "/findings/split", json=body)
    assert answer.status_code == 200, answer.text
    proposal = answer.json()["proposals"][0]
    assert proposal["missing"] == []
    assert answer.json()["not_understood"] == [{"line": 2, "text": "防控氛围良好"}]
    assert api.post(proposal["finding"]).status_code == 201


def test_areas_look_at_themselves_and_answer(api: Api) -> None:
    first = posted(api)
    body = {"areas": ["990100002", "990100003"], "due": "2099-01-31", "note": "自查"}
    asked = api.ask("POST", f"/findings/{first['id']}/self-checks", "office", json=body)
    assert asked.status_code == 201, asked.text
    clean, found = (one["id"] for one in asked.json()["items"])
    answer = api.ask(
        "POST", f"/self-checks/{clean}/answer", "unit", area="990100002", json={"result": "clean"}
    )
    assert answer.status_code == 200, answer.text
    own = a_finding(area="990100003001")
    for name in ("source_ref", "team", "method"):
        del own[name]
    given = {"result": "found", "findings": [own]}
    path = f"/self-checks/{found}/answer"
    answer = api.ask("POST", path, "unit", area="990100003", json=given)
    assert answer.status_code == 200, answer.text
    assert api.ask("POST", path, "unit", area="990100003", json=given).status_code == 409
    listed = api.all(f"/findings/{first['id']}/self-checks")
    assert {one["area"]: one["result"] for one in listed} == {"990100002": "clean", "990100003": "found"}
    assert len(api.all(f"/self-checks?finding={first['id']}", "unit", area="990100003")) == 1
