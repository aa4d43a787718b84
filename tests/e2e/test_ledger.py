"""An old ledger taken over on the running stack: it is counted everywhere, and nobody hears of it."""

import json

import pytest

from tests.support.county import County, a_finding
from tests.support.eventually import eventually

pytestmark = pytest.mark.needs_stack


def test_an_old_ledger_is_counted_and_nothing_follows(county: County) -> None:
    group = f"ledger-{a_finding()['source_ref']}"
    old = {"found_at": "2021-03-01T10:00:00+08:00", "severity": "critical", "group": group}
    lines = [
        {**a_finding(), **old, "status": "closed", "closed_on": "2021-03-20"},
        {**a_finding(), **old, "status": "rectifying"},
    ]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    answer = county.call(
        "findings", "POST", "/findings/batch?historical=true", data=body,
        headers={"Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert answer.json()["accepted"] == 2, answer.text
    ids = [row["id"] for row in answer.json()["results"]]

    def in_the_ledger() -> None:
        rows = county.all("reporting", f"/ledger?group={group}")
        assert sorted(row["status"] for row in rows) == ["closed", "rectifying"]
        assert all(row["assigned_at"] for row in rows)

    eventually(in_the_ledger, seconds=60)
    county.settle()
    for finding in ids:
        assert county.all("notifications", f"/notices?finding={finding}") == []
        assert county.all("accountability", f"/warnings?finding={finding}") == []
        assert county.all("accountability", f"/cases?finding={finding}", role="commission") == []
        assert not county.get("findings", f"/findings/{finding}")["flags"]["overdue"]
