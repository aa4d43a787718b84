"""Posting through the api on a real database: nothing twice, nothing lost, everything explained."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo


def numbers(api: Api) -> list[int]:
    return sorted(row["n"] for row in api.database["findings"].find({}, {"n": 1}))


def ndjson(*lines: Any) -> bytes:
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


@pytest.mark.parametrize("sent", [{}, {"data": b"x", "headers": {"Content-Type": ""}}])
def test_a_batch_of_no_named_type_is_told_which_ones_are_taken(api: Api, sent: dict[str, Any]) -> None:
    answer = api.ask("POST", "/findings/batch", **sent)
    assert answer.status_code == 415, answer.text
    assert "application/x-ndjson" in answer.json()["detail"]


def test_a_finding_is_answered_whole_and_told_once(api: Api) -> None:
    answer = api.post(a_finding())
    assert answer.status_code == 201
    finding = answer.json()
    assert answer.headers["Location"] == f"/findings/{finding['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (finding["status"], finding["version"], finding["responsible"]) == ("issued", 1, [])
    assert finding["flags"] == {"overdue": False, "supervised": False, "referred": False}
    rows = list(api.database["outbox"].find({"subject": finding["id"]}))
    assert len(rows) == 1
    event = decode(rows[0]["body"])
    registry.validate(event.source, event.type, event.data)
    assert (event.type, event.sequence, event.data["number"]) == ("finding.posted.v1", 1, finding["number"])


def test_a_repeat_of_the_same_source_ref_answers_the_first_and_another_content_is_refused(api: Api) -> None:
    body = a_finding()
    first = api.post(body)
    again = api.post(body)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = api.post({**body, "description": "另一个问题"})
    assert (other.status_code, other.json()["code"]) == (409, "source_ref_conflict")


def test_one_source_ref_posted_by_many_at_once_makes_one_finding(api: Api) -> None:
    body = a_finding()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post(body), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert api.database["findings"].count_documents({"source_ref": body["source_ref"]}) == 1


def test_numbers_run_without_a_double_when_many_post_at_once(api: Api) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post(a_finding()), range(40)))
    assert {answer.status_code for answer in answers} == {201}
    taken = numbers(api)
    assert len(taken) == len(set(taken))
    year = datetime.now(UTC).year
    unused = {gap["n"] for gap in api.all(f"/findings/numbers/gaps?year={year}")}
    assert set(range(1, taken[-1] + 1)) - set(taken) <= unused | set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"unknown": 1}, "unknown"),
        ({"severity": "catastrophic"}, "severity"),
        ({"area": "990100999"}, "area"),
        ({"found_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "found_at"),
        ({"found_at": "2026-02-11T14:00:00"}, "found_at"),
        ({"description": "长" * 5001}, "description"),
        ({"place": {"name": "东门", "kind": "moon"}}, "place.kind"),
        ({"count": 0}, "count"),
        ({"deadline": "2020-01-01"}, "deadline"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(api: Api, changed: dict[str, Any], field: str) -> None:
    before = api.database["findings"].count_documents({})
    answer = api.post({**a_finding(), **changed})
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["errors"]
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert api.database["findings"].count_documents({}) == before


def test_a_team_posts_its_own_findings_in_its_own_area(api: Api) -> None:
    assert api.post(a_finding(), team="T01").status_code == 403
    assert api.post(a_finding(), area="990100201").status_code == 403
    assert api.post(a_finding(), role="office").status_code == 403


def test_good_lines_of_a_batch_are_kept_and_bad_ones_explained_in_order(api: Api) -> None:
    good = [a_finding() for _ in range(4)]
    bad = {**a_finding(), "area": "990100999"}
    result = api.batch(ndjson(good[0], b'{"team": ', bad, good[1], good[1], b"\xff\xfe", good[2], good[3]))
    assert (result["accepted"], result["replayed"], result["rejected"]) == (4, 1, 3)
    assert [line["line"] for line in result["results"]] == list(range(1, 9))
    statuses = [line["status"] for line in result["results"]]
    assert [statuses[0], statuses[3], statuses[4], statuses[6], statuses[7]] == [201, 201, 200, 201, 201]
    assert all(400 <= statuses[place] < 500 for place in (1, 2, 5))
    assert result["results"][2]["errors"]["area"]
    again = api.batch(ndjson(*good))
    assert (again["accepted"], again["replayed"]) == (0, 4)


@pytest.mark.parametrize(
    ("wrap", "content_type"),
    [
        (lambda lines: b"\xef\xbb\xbf" + b"\r\n".join(lines) + b"\r\n\r\n", "application/x-ndjson"),
        (lambda lines: b"[" + b",".join(lines) + b"]", "application/json"),
    ],
)
def test_a_batch_may_be_an_array_or_carry_what_windows_adds(api: Api, wrap: Any, content_type: str) -> None:
    lines = [json.dumps(a_finding()).encode() for _ in range(3)]
    result = api.batch(wrap(lines), content_type)
    assert (result["accepted"], result["rejected"]) == (3, 0)


def test_a_repeated_batch_with_its_key_keeps_lines_without_source_ref_once(api: Api) -> None:
    lines = ndjson(*({**a_finding(), "source_ref": None, "group": "once"} for _ in range(5)))
    headers = {"Idempotency-Key": "batch-1"}
    first = api.batch(lines, headers=headers)
    again = api.batch(lines, headers=headers)
    assert [line["id"] for line in again["results"]] == [line["id"] for line in first["results"]]
    assert api.database["findings"].count_documents({"group": "once"}) == 5


def test_three_megabytes_of_text_are_refused_and_the_server_lives(api: Api) -> None:
    answer = api.post({**a_finding(), "description": "a" * 3_000_000})
    assert answer.status_code == 413
    assert api.post(a_finding()).status_code == 201
