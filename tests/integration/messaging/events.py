"""Valid events for the tests, and their bytes."""

from dataclasses import replace
from typing import Any

from shared.contracts.envelope import Event, encode
from shared.contracts.findings import FINDING_POSTED_V1
from shared.persistence.ids import new_id, utc_now

MOMENT = "2026-02-11T14:00:00+08:00"


def finding(subject: str, description: str = "ok") -> dict[str, Any]:
    """The public state of a finding; what the test handler shall do stands in its description."""
    return {
        "finding": subject,
        "number": "督〔2026〕1号",
        "version": 1,
        "team": "T09",
        "method": "inspection",
        "found_at": MOMENT,
        "posted_at": MOMENT,
        "area": "990100002001",
        "area_name": "施营社区",
        "place": {"name": "路口", "kind": "checkpoint"},
        "category": "access_control",
        "severity": "serious",
        "description": description,
        "immediate": False,
        "deadline": "2026-02-20",
        "count": 1,
        "units": ["990100002"],
        "named_responsible": [],
        "status": "issued",
        "flags": {"overdue": False, "supervised": False},
        "returned_count": 0,
        "extensions": 0,
        "evidence": [],
        "change": {"move": "post", "at": MOMENT},
    }


def posted(description: str = "ok", subject: str | None = None, sequence: int = 1, **changes: Any) -> Event:
    """A `finding.posted.v1`."""
    subject = subject or new_id()
    event = Event(
        id=new_id(),
        source="findings",
        type=FINDING_POSTED_V1,
        subject=subject,
        time=utc_now(),
        sequence=sequence,
        correlationid="test",
        causationid=None,
        data=finding(subject, description),
    )
    return replace(event, **changes)


def body_of(event: Event) -> bytes:
    return encode(event)
