"""Builders: a finding, and every move on it with arguments that are right."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.findings.domain import impediments, merging, oversight, posting, rectification, requests
from services.findings.domain.deadlines import Due
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Actor, Move, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Stamp

POSTED_AT = datetime(2026, 2, 11, 6, tzinfo=UTC)
EXAMPLES = int(os.environ.get("DUZE_TEST_EXAMPLES", "300"))
"""Random lives in each property test; 10,000 in a long run."""
ROLES = ("supervisor", "unit", "approver", "office", "commission", "cadre", "auditor", "admin")
DAY = date(2026, 2, 12)
DISPUTE_UNTIL = POSTED_AT + timedelta(days=30)

ARGUMENTS: dict[Move, dict[str, Any]] = {
    Move.ACCEPT: {},
    Move.PLAN: {"measures": "两班值守", "person": "李某某", "due": DAY},
    Move.PROGRESS: {"done": 1, "note": "已完成一处"},
    Move.REPORT: {"measures": "已安排值守", "completed_on": date(2026, 2, 11)},
    Move.VERIFY: {"result": "pass", "note": None},
    Move.DISPUTE: {"grounds": "不属于本单位"},
    Move.DECIDE: {"result": "upheld", "note": None},
    Move.BLOCK: {"reason": "缺设备", "needs": "测温枪", "review_on": DAY},
    Move.BLOCK_DECIDE: {"result": "granted", "note": None},
    Move.RESUME: {"note": None},
    Move.WITHDRAW: {"reason": "重复"},
    Move.EXTEND: {"until": date(2026, 3, 20), "reason": "设备未到"},
    Move.EXTEND_DECIDE: {"result": "granted", "note": None},
    Move.REFER: {"reason": "拒不整改"},
    Move.REFER_DECIDE: {"result": "granted", "reason": None},
    Move.TRANSFER: {
        "area": "990100002001",
        "unit": "990100002",
        "reason": "属地有误",
        "due": Due(POSTED_AT + timedelta(days=9), date(2026, 2, 20)),
    },
    Move.SUPERVISE: {"reason": "群众反映强烈"},
    Move.ATTACHMENTS: {"evidence": ["a-1"], "note": "夜间照片"},
    Move.REVISIT: {"recurrence": None, "note": None},
    Move.MERGE: {"into": "f-2", "reason": "同一问题"},
    Move.UNMERGE: {"reason": "不是同一问题"},
    Move.AMEND: {"description": "东门无人值守", "suggestion": None, "place": None},
}
# Moves that stand by subject, and what has been done before they are open.
MOVES: dict[Move, Callable[..., None]] = {
    Move.PLAN: rectification.plan,
    Move.PROGRESS: rectification.progress,
    Move.WITHDRAW: posting.withdraw,
    Move.AMEND: posting.amend,
    Move.DISPUTE: impediments.dispute,
    Move.DECIDE: impediments.decide,
    Move.BLOCK: impediments.block,
    Move.BLOCK_DECIDE: impediments.decide_block,
    Move.RESUME: impediments.resume,
    Move.EXTEND: requests.extend,
    Move.EXTEND_DECIDE: requests.decide_extension,
    Move.REFER: requests.refer,
    Move.REFER_DECIDE: requests.decide_referral,
    Move.TRANSFER: oversight.transfer,
    Move.SUPERVISE: oversight.supervise,
    Move.ATTACHMENTS: oversight.attach,
    Move.REVISIT: oversight.revisit,
    Move.MERGE: merging.merge,
    Move.UNMERGE: merging.unmerge,
}
ASKED_BEFORE = {Move.EXTEND_DECIDE: (Move.EXTEND, "unit"), Move.REFER_DECIDE: (Move.REFER, "office")}
# How a finding comes into each status, from having been posted.
WAYS: dict[Status, list[tuple[Move, str, dict[str, Any]]]] = {
    Status.ISSUED: [],
    Status.RECTIFYING: [(Move.ACCEPT, "unit", {})],
    Status.REPORTED: [(Move.REPORT, "unit", {})],
    Status.BLOCKED: [(Move.ACCEPT, "unit", {}), (Move.BLOCK, "unit", {})],
    Status.DISPUTED: [(Move.DISPUTE, "unit", {})],
    Status.CLOSED: [(Move.REPORT, "unit", {}), (Move.VERIFY, "supervisor", {})],
    Status.WITHDRAWN: [(Move.MERGE, "office", {})],
}


def stamp(role: str, sub: str = "", hours: float = 1) -> Stamp:
    return Stamp(Actor(sub or f"{role}-1", role), POSTED_AT + timedelta(hours=hours))


def posted() -> Finding:
    facts = Facts(
        team="T05", method="inspection", found_at=POSTED_AT, area="990100001001",
        place=Place("东门", "checkpoint"), category="access_control", severity="moderate",
        description="东门没有人值守", units=("990100001",),
    )  # fmt: skip
    return Finding.post(
        id="f-1", number=Number("990100", 2026, 1, "督〔2026〕1号"), facts=facts,
        due=Due(at=POSTED_AT + timedelta(days=2), day=DAY, provisional=False),
        made=stamp("supervisor", "poster", 0), content_hash="h", dispute_until=DISPUTE_UNTIL,
    )  # fmt: skip


def make(finding: Finding, move: Move, made: Stamp, **changed: Any) -> None:
    arguments = {**ARGUMENTS[move], **changed}
    if move in MOVES:
        MOVES[move](finding, made, **arguments)
    else:
        getattr(finding, move.value)(made, **arguments)
