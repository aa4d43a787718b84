"""The main job through the running stack: a finding is posted, and everything that follows from it is there."""

from typing import Any

import pytest

from tests.support.county import County, a_finding
from tests.support.eventually import eventually

pytestmark = pytest.mark.needs_stack


def posted(county: County, **values: Any) -> dict[str, Any]:
    answer = county.post(a_finding(**values))
    assert answer.status_code == 201, answer.text
    return answer.json()


def notices(county: County, finding: str) -> list[dict[str, Any]]:
    return county.all("notifications", f"/notices?finding={finding}")


def test_a_serious_finding_reaches_everyone_it_concerns(county: County) -> None:
    finding = posted(county, severity="serious")
    assert finding["number"].startswith("督〔")
    assert finding["status"] == "issued"
    assert finding["responsible"] == []
    county.settle()

    shown = county.get("findings", f"/findings/{finding['id']}")
    assert shown["responsible"] == [
        {"cadre": "C001", "role": "direct"},
        {"cadre": "C004", "role": "line_leader"},
        {"cadre": "C005", "role": "principal_leader"},
    ]
    warnings = county.all("accountability", f"/warnings?finding={finding['id']}")
    assert [(warning["cadre"], warning["because"][0]["rule"]) for warning in warnings] == [
        ("C001", "serious")
    ]
    told = {(notice["event_type"], notice["recipient"]) for notice in notices(county, finding["id"])}
    assert told == {
        ("responsibility.assigned.v1", "C001"),
        ("responsibility.assigned.v1", "unit:990100001"),
        ("warning.issued.v1", "C001"),
    }
    (row,) = county.all("reporting", f"/ledger?source_ref={finding['source_ref']}")
    assert row["id"] == finding["id"]
    assert row["assigned_at"]
    assert row["notified_at"]
    assert row["signed_at"] is None


def test_mail_goes_out_at_once_for_a_serious_finding(county: County) -> None:
    finding = posted(
        county, severity="serious", area="990100002001", place={"name": "施营路口", "kind": "checkpoint"}
    )

    def delivered() -> None:
        (notice,) = [
            notice
            for notice in notices(county, finding["id"])
            if notice["recipient"] == "C006" and notice["event_type"] == "responsibility.assigned.v1"
        ]
        assert notice["status"] == "sent", notice

    eventually(delivered, seconds=30)
    assert any(finding["number"] in mail for mail in county.stack.mails())


def test_a_notice_is_signed_by_its_recipient_only(county: County) -> None:
    finding = posted(county, area="990100101201", place={"name": "鸦河村部", "kind": "clinic"})
    county.settle()
    notice = next(n for n in notices(county, finding["id"]) if n["recipient"] == "C011")
    path = f"/notices/{notice['id']}/sign"
    other = county.call("notifications", "POST", path, "cadre", {}, cadre="C001", area="990100101")
    assert other.status_code == 404
    signed = county.call("notifications", "POST", path, "cadre", {}, cadre="C011", area="990100101")
    assert signed.status_code == 200, signed.text
    assert signed.json()["status"] == "signed"

    def in_the_ledger() -> None:
        (row,) = county.all("reporting", f"/ledger?source_ref={finding['source_ref']}")
        assert row["signed_at"]

    eventually(in_the_ledger)


def test_a_finding_is_put_right_checked_and_closed(county: County) -> None:
    finding = posted(county)
    key, area = finding["id"], "990100001"
    county.move(key, "accept", "unit", {}, sub="unit1", area=area)
    report = {"measures": "已安排两班值守", "completed_on": finding["posted_at"][:10], "attachments": []}
    county.move(key, "report", "unit", report, sub="unit1", area=area)
    returned = county.move(
        key, "verify", "supervisor", {"result": "fail", "note": "夜间无人"}, team="T05", sub="v1"
    )
    assert (returned["status"], returned["returned_count"]) == ("rectifying", 1)
    county.move(key, "report", "unit", report, sub="unit1", area=area)
    closed = county.move(
        key, "verify", "supervisor", {"result": "pass", "note": "已到位"}, team="T05", sub="v1"
    )
    assert closed["status"] == "closed"
    county.settle()
    (row,) = county.all("reporting", f"/ledger?source_ref={finding['source_ref']}")
    assert row["status"] == "closed"
    steps = [hop["step"] for hop in county.get("reporting", f"/chain/{key}")["items"]]
    assert len(steps) >= 7, steps

    def told() -> None:
        found = {(notice["event_type"], notice["recipient"]) for notice in notices(county, key)}
        assert found >= {
            ("finding.reported.v1", "team:T05"),
            ("finding.returned.v1", "unit:990100001"),
            ("finding.closed.v1", "unit:990100001"),
        }

    eventually(told, seconds=60)


def test_critical_opens_a_case_that_only_the_commission_sees(county: County) -> None:
    finding = posted(county, severity="critical", category="isolation", area="990100102201")
    county.settle()
    (case,) = county.all("accountability", f"/cases?finding={finding['id']}", role="commission")
    assert case["status"] == "opened"
    assert case["because"][0]["rule"] == "critical_or_integrity"
    assert county.call("accountability", "GET", f"/cases/{case['id']}", "office").status_code == 403
    assert county.get("findings", f"/findings/{finding['id']}")["flags"]["referred"] is False
    assert (
        county.get("findings", f"/findings/{finding['id']}", role="commission")["flags"]["referred"] is True
    )
    chain = county.call("reporting", "GET", f"/chain/{finding['id']}", "office")
    assert "case" not in chain.text.replace("uncased", "")


def test_a_place_without_anybody_responsible_is_listed(county: County) -> None:
    finding = posted(county, area="990100301", place={"name": "某企业", "kind": "enterprise"})
    county.settle()
    (entry,) = [u for u in county.all("accountability", "/unassigned") if u["finding"] == finding["id"]]
    assert entry["missing"] == "all"
    assert {n["recipient"] for n in notices(county, finding["id"])} == {"office"}


def test_the_bulletin_counts_what_the_ledger_counts(county: County) -> None:
    for _ in range(3):
        posted(county, area="990100103201", category="records")
    county.settle()
    rows = county.all("reporting", "/ledger?area=990100103")
    day = rows[0]["found_at"][:10]
    body = {"kind": "problems", "area": "990100103", "from": "2026-01-01", "to": day}
    answer = county.call("reporting", "POST", "/bulletins", "office", body)
    assert answer.status_code == 201, answer.text
    bulletin = answer.json()
    assert bulletin["number"] is None
    for suffix in (".md", ".html"):
        text = county.call("reporting", "GET", f"/bulletins/{bulletin['id']}{suffix}", "office").text
        assert all(row["number"] in text for row in rows)
    statistics = county.get("reporting", f"/statistics?by=category&area=990100103&from=2026-01-01&to={day}")
    assert statistics["total"]["posted"] == len(rows)
