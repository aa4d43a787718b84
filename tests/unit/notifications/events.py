"""Events as the accountability service would send them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.contracts import accountability, findings, registry
from shared.contracts.envelope import Event
from shared.persistence.ids import new_id

COUNTY, TOWNSHIP, VILLAGE = "990100", "990100001", "990100001001"
UNIT = f"unit:{TOWNSHIP}"
DIRECT = {"cadre": "C001", "name": "赵某某", "role": "direct", "area": VILLAGE}
LINE = {"cadre": "C004", "name": "李某某", "role": "line_leader", "area": TOWNSHIP}
PRINCIPAL = {"cadre": "C005", "name": "周某某", "role": "principal_leader", "area": TOWNSHIP}
# A Wednesday, 10:00 in Shanghai.
NOW = datetime(2026, 2, 25, 2, 0, tzinfo=UTC)


def summary(finding: str, **told: Any) -> dict[str, Any]:
    """What an event says of a finding."""
    return {
        "finding": finding,
        "number": "督〔2026〕1号",
        "team": "T-COUNTY",
        "found_at": "2026-02-20T10:00:00+08:00",
        "posted_at": "2026-02-20T11:00:00+08:00",
        "area": VILLAGE,
        "area_name": "凤栖社区",
        "place": {"name": "凤栖小区", "kind": "residential"},
        "category": "access_control",
        "severity": "serious",
        "description": "小区北门无人值守",
        "suggestion": None,
        "immediate": False,
        "deadline": "2026-03-03",
        "due_at": "2026-03-03T16:00:00+00:00",
        "dispute_until": "2026-03-23T00:00:00+08:00",
        "count": 1,
        "units": [TOWNSHIP],
        "historical": False,
    } | told


def _change(move: str) -> dict[str, Any]:
    return {"move": move, "at": "2026-02-25T09:00:00+08:00", "by": None, "note": None}


def event(type: str, subject: str, data: Mapping[str, Any], sequence: int = 1) -> Event:
    """An event of the accountability service."""
    registry.validate("accountability", type, data)
    event_id = new_id()
    return Event(event_id, "accountability", type, subject, NOW, sequence, event_id, None, dict(data))


def assigned(
    finding: str, responsible: Sequence[Mapping[str, Any]] = (DIRECT, LINE), sequence: int = 1, **told: Any
) -> Event:
    """These persons answer for a finding."""
    data = _assignment(finding, responsible, sequence, None, told)
    return event(accountability.RESPONSIBILITY_ASSIGNED_V1, finding, data, sequence)


def corrected(
    finding: str, added: Any = (), removed: Any = (), note: str | None = None, sequence: int = 2, **told: Any
) -> Event:
    """Others answer for a finding."""
    data = _assignment(finding, added, sequence, None, told) | {
        "added": [*map(dict, added)], "removed": [*map(dict, removed)], "change": _change("corrected") | {"note": note},
    }  # fmt: skip
    return event(accountability.RESPONSIBILITY_CORRECTED_V1, finding, data, sequence)


def unresolved(
    finding: str, missing: str | None = "all", responsible: Any = (), sequence: int = 1, **told: Any
) -> Event:
    """Nobody, or nobody directly, answers for a finding; `missing` None: by now somebody does."""
    data = _assignment(finding, responsible, sequence, missing, told)
    return event(accountability.RESPONSIBILITY_UNRESOLVED_V1, f"unassigned-{finding}", data, sequence)


def _assignment(
    finding: str, responsible: Any, version: int, missing: str | None, told: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "finding": finding, "version": version, "as_of": "2026-02-20", "responsible": [*map(dict, responsible)],
        "missing": missing, "unknown_cadres": [], "summary": summary(finding, **told),
        "assigned_at": None, "change": _change("assigned"),
    }  # fmt: skip


def warned(finding: str, who: str = "C001", revoked: bool = False, **told: Any) -> Event:
    """A warning against a direct responsible person, or that it has fallen."""
    warning = f"warning-{finding}-{who}"
    data = {
        "warning": warning, "finding": finding, "cadre": who, "name": "赵某某",
        "status": "revoked" if revoked else "issued",
        "because": [{"rule": "serious", "version": 1, "facts": {"severity": "serious"}}],
        "summary": summary(finding, **told), "issued_at": "2026-02-25T09:00:00+08:00",
        "version": 2 if revoked else 1, "change": _change("revoked" if revoked else "issued"),
    }  # fmt: skip
    type = accountability.WARNING_REVOKED_V1 if revoked else accountability.WARNING_ISSUED_V1
    return event(type, warning, data, 2 if revoked else 1)


def _state(finding: str, responsible: Sequence[Mapping[str, Any]], told: dict[str, Any]) -> dict[str, Any]:
    """A finding as its own events tell of it: of the chain ids and duties alone."""
    chain = [{"cadre": one["cadre"], "role": one["role"]} for one in responsible]
    return summary(finding) | {
        "version": 2, "source_ref": None, "method": "inspection", "group": None, "named_responsible": [],
        "responsible": chain, "status": "rectifying", "flags": {"overdue": False, "supervised": False},
        "returned_count": 0, "extensions": 0, "evidence": [], "recurrence_of": None,
        "reported_at": None, "closed_at": None, "review_on": None, "change": _change("overdue"),
    } | told  # fmt: skip


def overdue(
    finding: str,
    level: int = 1,
    responsible: Sequence[Mapping[str, Any]] = (DIRECT, LINE, PRINCIPAL),
    **told: Any,
) -> Event:
    """A finding has reached an overdue level; findings says so itself."""
    flags = {"overdue": True, "supervised": level >= 2}
    data = _state(finding, responsible, {"level": level, "flags": flags} | told)
    return _of_findings(findings.FINDING_OVERDUE_V1, finding, data, level + 1)


def clock_due(
    finding: str, rule: str, responsible: Sequence[Mapping[str, Any]] = (DIRECT, LINE), **told: Any
) -> Event:
    """A clock of a finding has run out."""
    clock = {"rule": rule, "stage": "finding", "due_at": "2026-02-25T09:00:00+08:00"}
    return _of_findings(
        findings.CLOCK_DUE_V1, finding, _state(finding, responsible, {"clock": clock} | told), 2
    )


def _of_findings(type: str, finding: str, data: dict[str, Any], sequence: int) -> Event:
    registry.validate("findings", type, data)
    event_id = new_id()
    subject = f"clock-{finding}" if type == findings.CLOCK_DUE_V1 else finding
    return Event(event_id, "findings", type, subject, NOW, sequence, event_id, None, data)


def registered(who: str, name: str = "赵测试", area: str = VILLAGE, sequence: int = 1) -> Event:
    """A cadre enters the register, or changes in it."""
    data = {
        "cadre": who, "name": name, "position": "书记", "unit": "居委会", "area": area, "identity": [],
        "active": True, "version": sequence, "change": _change("registered"),
    }  # fmt: skip
    return event(accountability.CADRE_REGISTERED_V1, who, data, sequence)


def moved(
    type: str, finding: str, move: str, status: str, sequence: int = 2, note: str | None = None, **told: Any
) -> Event:
    """Something was done with a finding."""
    data = _state(
        finding, (DIRECT, LINE), {"status": status, "change": _change(move) | {"note": note}} | told
    )
    return _of_findings(type, finding, data, sequence)


def _of_case(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "case": "case-1", "findings": ["f-1"], "areas": [VILLAGE], "restricted": False, "handlers": [],
        "version": 1, "change": _change("serve"), "cadre": "C001", "name": "赵某某", "kind": "admonition_talk",
    } | told  # fmt: skip


def measure(type: str = accountability.MEASURE_SERVED_V1, who: str = "m-1", **told: Any) -> Event:
    """A decision about a person was served, or has fallen."""
    data = _of_case({
        "measure": who, "family": "organisation", "tier": 1, "form": "talk", "responsibility": "direct",
        "deciding_body": "county_discipline_commission", "decided_on": "2026-02-20",
        "decision_no": "示纪诫〔2026〕1号", "publish": False, "status": "served",
        "effect": {"start": "2026-02-20", "until": "2026-08-20"},
        "served": {"method": "in_person", "at": "2026-02-24T09:00:00+08:00"}, "appeal_until": "2026-03-24",
    } | told)  # fmt: skip
    return event(type, who, data)


def talk(**told: Any) -> Event:
    """A talk was scheduled."""
    data = _of_case({
        "talk": "t-1", "measure": "m-1", "status": "scheduled", "at": "2026-02-27T15:00:00+08:00",
        "place": "县纪委谈话室", "held_at": None, "follow_up_on": None,
    } | told)  # fmt: skip
    return event(accountability.TALK_SCHEDULED_V1, "t-1", data)


def appeal(**told: Any) -> Event:
    """An appeal was decided."""
    data = _of_case({
        "appeal": "a-1", "measure": "m-1", "status": "upheld", "lodged_at": "2026-02-22T09:00:00+08:00",
        "decided_at": "2026-02-25T09:00:00+08:00",
    } | told)  # fmt: skip
    return event(accountability.APPEAL_DECIDED_V1, "a-1", data)


def case_clock(
    stage: str = "after_service", at: str = "before", article: str | None = "示例规定第一条", **told: Any
) -> Event:
    """A clock of a case comes to its end."""
    clock = {
        "rule": "appeal_review", "stage": stage, "due_at": "2026-03-24T16:00:00+00:00", "at": at,
        "article": article, "verified": False,
    }  # fmt: skip
    return event(accountability.CLOCK_DUE_V1, "clock-case-1", _of_case({"clock": clock} | told))


def bulletin(move: str, **told: Any) -> Event:
    """An event of the reporting service."""
    data = {
        "bulletin": "bulletin-1",
        "kind": "problems",
        "status": "published",
        "number": "示督通〔2026〕1号",
        "title": "关于示范县督导检查发现问题的通报",
        "area": COUNTY,
        "areas": [TOWNSHIP],
        "since": "2026-02-01",
        "until": "2026-02-28",
        "team": None,
        "names": "position_only",
        "audience": "internal",
        "addressees": [],
        "copy_to": [],
        "corrects": None,
        "corrects_number": None,
        "corrected_by": None,
        "corrected_by_number": None,
        "snapshot_sha256": "0" * 64,
        "published_at": "2026-03-02T10:00:00+08:00",
        "version": 3,
        "change": {"move": move, "at": "2026-03-02T10:00:00+08:00", "by": None},
    } | told
    type_ = f"bulletin.{move}.v1"
    registry.validate("reporting", type_, data)
    event_id = new_id()
    return Event(event_id, "reporting", type_, "bulletin-1", NOW, 1, event_id, None, data)
