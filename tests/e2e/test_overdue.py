"""A finding whose deadline has long passed, through the running stack: all levels, and everything that follows."""

from datetime import datetime, timedelta

import pytest

from tests.support.county import SHANGHAI, County, a_finding
from tests.support.eventually import eventually

pytestmark = pytest.mark.needs_stack


def test_every_level_reaches_those_it_concerns_and_the_commission(county: County) -> None:
    found_at = datetime.now(SHANGHAI) - timedelta(days=60)
    answer = county.post(
        a_finding(found_at=found_at.isoformat(timespec="seconds"), deadline=found_at.date().isoformat())
    )
    assert answer.status_code == 201, answer.text
    finding = answer.json()["id"]
    assert answer.json()["flags"]["overdue"]

    def supervised() -> None:
        assert county.get("findings", f"/findings/{finding}")["flags"]["supervised"]

    eventually(supervised, seconds=60)

    def followed() -> None:
        found = county.all("notifications", f"/notices?finding={finding}")
        told = sorted(one["recipient"] for one in found if one["event_type"] == "finding.overdue.v1")
        # Level by level: the direct person, the line leader too, the principal leader too.
        assert told == ["C001", "C001", "C001", "C004", "C004", "C005"]
        warnings = county.all("accountability", f"/warnings?finding={finding}")
        assert sorted((one["cadre"], one["because"][0]["rule"]) for one in warnings) == [
            ("C001", "overdue_1"),
            ("C004", "overdue_2"),
        ]
        (case,) = county.all("accountability", f"/cases?finding={finding}", role="commission")
        assert "overdue_3" in [one["rule"] for one in case["because"]]
        steps = [hop["event_type"] for hop in county.get("reporting", f"/chain/{finding}")["items"]]
        assert steps.count("finding.overdue.v1") == 3

    eventually(followed, seconds=60)
    history = county.all("findings", f"/findings/{finding}/history")
    assert [(one["move"], one["level"]) for one in history[:3]] == [
        ("overdue", 3),
        ("overdue", 2),
        ("overdue", 1),
    ]
    county.settle()
