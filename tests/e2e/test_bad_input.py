"""Bad input gets a clear answer that says how to mend it; what was good is kept."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.county import County, a_finding

pytestmark = pytest.mark.needs_stack


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"area": "999999"}, "area"),
        ({"category": "nonsense"}, "category"),
        ({"severity": None}, "severity"),
        ({"found_at": (datetime.now(UTC) + timedelta(days=2)).isoformat()}, "found_at"),
        ({"found_at": "2026-02-11 14:00"}, "found_at"),
        ({"description": "长" * 5001}, "description"),
        ({"description": "a\u0000b"}, "description"),
        ({"place": {"name": "x"}}, "place.kind"),
        ({"count": 0}, "count"),
        ({"source_ref": ""}, "source_ref"),
    ],
)
def test_a_wrong_field_is_named(county: County, wrong: dict[str, Any], field: str) -> None:
    answer = county.post({**a_finding(), **wrong})
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert field in problem["errors"], problem
    assert problem["code"]


def test_three_megabytes_of_text_are_refused_with_an_answer(county: County) -> None:
    answer = county.post({**a_finding(), "description": "x" * 3_000_000})
    assert answer.status_code == 413, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_broken_line_costs_only_itself(county: County) -> None:
    good = [a_finding() for _ in range(3)]
    lines = [
        json.dumps(good[0]),
        '{"team": "T05", ',
        json.dumps(good[1]),
        json.dumps({**good[2], "area": "1"}),
        "",
    ]
    answer = county.call(
        "findings",
        "POST",
        "/findings/batch",
        "supervisor",
        data="\n".join(lines).encode(),
        headers={"Content-Type": "application/x-ndjson"},
        team="T05",
    )
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert (result["accepted"], result["replayed"], result["rejected"]) == (2, 0, 2)
    assert [(line["line"], line["status"]) for line in result["results"]] == [
        (1, 201),
        (2, 422),
        (3, 201),
        (4, 422),
    ]
    assert "area" in result["results"][3]["errors"]


def test_a_repeat_is_answered_with_the_first_and_a_changed_one_refused(county: County) -> None:
    finding = a_finding()
    first, again = county.post(finding), county.post(finding)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert county.post({**finding, "description": "别的"}).status_code == 409


def test_an_idempotency_key_answers_the_same_again(county: County) -> None:
    finding = {**a_finding(), "source_ref": None}
    headers = {"Idempotency-Key": f"k-{datetime.now(UTC).timestamp()}"}
    first, again = county.post(finding, headers), county.post(finding, headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = county.post({**finding, "description": "别的"}, headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_another_teams_finding_cannot_be_posted(county: County) -> None:
    answer = county.call("findings", "POST", "/findings", "supervisor", a_finding(team="T06"), team="T05")
    assert answer.status_code == 403


def test_a_move_that_is_not_open_names_the_open_ones(county: County) -> None:
    finding = county.post(a_finding()).json()
    verdict = {"result": "pass", "note": "已到位"}
    answer = county.call(
        "findings", "POST", f"/findings/{finding['id']}/verify", "supervisor", verdict, team="T05"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")
    assert "issued" in answer.text
    assert "withdraw" in answer.text
