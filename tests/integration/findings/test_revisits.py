"""Revisit tasks 回头看 through the api: made by the county's data, listed for the team until it went."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
UNIT: dict[str, Any] = {"role": "unit", "area": "990100001", "sub": "unit-1"}


def closed(api: Api, severity: str) -> dict[str, Any]:
    posted = api.post(a_finding(severity=severity)).json()
    path = f"/findings/{posted['id']}"
    told = {"measures": "已整改", "completed_on": posted["posted_at"][:10]}
    assert api.ask("POST", f"{path}/report", json=told, **UNIT).status_code == 200
    answer = api.ask("POST", f"{path}/verify", json={"result": "pass"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_closed_serious_finding_is_a_task_of_its_team_until_it_was_revisited(api: Api) -> None:
    # The county's data has every critical finding looked at again, 15 days after it was closed.
    finding = closed(api, "critical")
    (task,) = api.all("/revisits", "supervisor")
    due = date.fromisoformat(finding["closed_at"][:10]) + timedelta(days=15)
    assert (task["id"], task["due"], task["overdue"]) == (finding["id"], due.isoformat(), False)
    assert api.all("/revisits", "supervisor", team="T06") == [], "another team's"
    assert api.all("/revisits", "supervisor", area="990100002") == [], "another area's"
    assert [one["id"] for one in api.all("/revisits", "office")] == [finding["id"]]
    assert api.ask("GET", "/revisits", **UNIT).status_code == 403
    answer = api.ask("POST", f"/findings/{finding['id']}/revisit", json={"result": "pass"})
    assert answer.status_code == 200, answer.text
    assert api.all("/revisits", "office") == []


def test_what_is_still_open_is_no_task(api: Api) -> None:
    open_one = api.post(a_finding(severity="critical")).json()["id"]
    assert open_one not in [one["id"] for one in api.all("/revisits", "office")]
