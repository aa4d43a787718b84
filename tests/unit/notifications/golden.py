"""Every text a notice can have, as a person reads it; kept in `golden/`.

After a meant change of a template: `python -m tests.unit.notifications.golden` writes them anew.
"""

from pathlib import Path
from typing import Any

from shared.contracts import accountability, findings
from shared.contracts.envelope import Event
from tests.unit.notifications.events import (
    DIRECT,
    LINE,
    PRINCIPAL,
    UNIT,
    appeal,
    assigned,
    bulletin,
    case_clock,
    clock_due,
    corrected,
    measure,
    moved,
    overdue,
    registered,
    talk,
    unresolved,
    warned,
)
from tests.unit.notifications.world import WRITER, World

FOLDER = Path(__file__).parent / "golden"
_TOTAL: dict[str, Any] = {
    "severity": "moderate", "count": 41, "immediate": True, "due_at": "2026-02-20T20:00:00+08:00",
    "suggestion": "立即补齐台账,\n安排专人管理", "place": {"name": "凤栖社区卫生室", "kind": "clinic"},
    "category": "records", "description": "台账缺41人",
}  # fmt: skip
_REPORTED = "2026-02-16T16:30:00+08:00"
_LATE = {"id": "s-1", "area": "990100003", "area_name": "", "due": "2026-02-20", "level": 1}
CASES: dict[str, tuple[Event, str]] = {
    "assigned-direct": (assigned("f-1", [DIRECT, LINE, PRINCIPAL]), "C001"),
    "assigned-leader": (assigned("f-1", [LINE, PRINCIPAL], deadline=None, due_at=None), "C004"),
    "assigned-unit": (assigned("f-1", [DIRECT, LINE], **_TOTAL), UNIT),
    "corrected-added": (corrected("f-1", [LINE], [DIRECT], "已由他人接任"), "C004"),
    "corrected-removed": (corrected("f-1", [LINE], [DIRECT]), "C001"),
    "unresolved-all": (unresolved("f-1"), "office"),
    "unresolved-direct": (unresolved("f-1", "direct", [LINE]), "office"),
    "overdue-direct": (overdue("f-1", 1), "C001"),
    "overdue-leader": (overdue("f-1", 3), "C005"),
    "overdue-instead": (overdue("f-1", 1, [LINE, PRINCIPAL]), "C004"),
    "due-soon-unit": (clock_due("f-1", "due_soon"), UNIT),
    "due-soon-direct": (clock_due("f-1", "due_soon"), "C001"),
    "review-unit": (clock_due("f-1", "review", review_on="2026-02-25"), UNIT),
    "review-office": (clock_due("f-1", "review", review_on="2026-02-25"), "office"),
    "unverified-team": (clock_due("f-1", "unverified", reported_at=_REPORTED), "team:T-COUNTY"),
    "unverified-office": (clock_due("f-1", "unverified", reported_at=_REPORTED), "office"),
    "self-check-unit": (clock_due("f-1", "self_check", self_check=_LATE), "unit:990100003"),
    "self-check-office": (clock_due("f-1", "self_check", self_check=_LATE), "office"),
    "reported-team": (
        moved(findings.FINDING_REPORTED_V1, "f-1", "report", "reported", reported_at=_REPORTED),
        "team:T-COUNTY",
    ),
    "returned-unit": (
        moved(findings.FINDING_RETURNED_V1, "f-1", "verify", "rectifying", note="夜间无人"),
        UNIT,
    ),
    "returned-direct": (moved(findings.FINDING_RETURNED_V1, "f-1", "verify", "rectifying"), "C001"),
    "closed-unit": (moved(findings.FINDING_CLOSED_V1, "f-1", "verify", "closed"), UNIT),
    "block-decided-granted": (
        moved(findings.FINDING_BLOCKED_V1, "f-1", "block/decide", "blocked", review_on="2026-03-10"),
        UNIT,
    ),
    "block-decided-refused": (
        moved(findings.FINDING_RESUMED_V1, "f-1", "block/decide", "rectifying", note="设备已到"),
        UNIT,
    ),
    "extension-decided": (
        moved(findings.FINDING_EXTENDED_V1, "f-1", "extend/decide", "rectifying", note="同意"),
        UNIT,
    ),
    "dispute-decided-upheld": (
        moved(findings.FINDING_DISPUTE_DECIDED_V1, "f-1", "decide", "rectifying", note="属地管理"),
        UNIT,
    ),
    "dispute-decided-withdrawn": (
        moved(findings.FINDING_DISPUTE_DECIDED_V1, "f-1", "decide", "withdrawn"),
        "team:T-COUNTY",
    ),
    "withdrawn-direct": (moved(findings.FINDING_WITHDRAWN_V1, "f-1", "withdraw", "withdrawn"), "C001"),
    "warning": (warned("f-1", **_TOTAL), "C001"),
    "warning-revoked": (warned("f-1", revoked=True), "C001"),
}

_CORRECTED = {
    "change": {"move": "corrected", "at": "2026-03-03T10:00:00+08:00", "by": None, "note": "数量有误"},
    "corrected_by": "bulletin-2",
    "corrected_by_number": "示督通〔2026〕2号",
}
OF_BULLETINS: dict[str, tuple[Event, str]] = {
    "bulletin-drafted": (bulletin("drafted", status="draft", number=None, published_at=None), "office"),
    "bulletin-published": (bulletin("published"), UNIT),
    "bulletin-corrected": (bulletin("corrected", **_CORRECTED), UNIT),
}
OF_CASES: dict[str, tuple[Event, str]] = {
    "measure-served": (measure(), "C001"),
    "measure-served-without-end": (
        measure(kind="party_expulsion", effect=None, decision_no=None, appeal_until=None),
        "C001",
    ),
    "measure-revoked": (measure(accountability.MEASURE_REVOKED_V1, status="revoked"), "C001"),
    "measure-revoked-varied": (measure(accountability.MEASURE_REVOKED_V1, status="varied"), "C001"),
    "talk-scheduled": (talk(), "C001"),
    "appeal-decided": (appeal(), "C001"),
    "case-clock-before": (case_clock(), "office"),
    "case-clock-due": (case_clock(at="due", article=None), "office"),
}


# Texts that follow from no event: the sample of the template.
OF_RECEIPTS: dict[str, tuple[str, str]] = {
    "letter-link": ("letter", "link"),
    "letter-reminder": ("letter", "reminder"),
    "letter-reminder-without-link": ("letter", "reminder_without_link"),
    "gathered-link": ("gathered", "link"),
    "unsigned-leader": ("unsigned", "leader"),
    "contact-code": ("contact_code", "person"),
}


def of_sample(case: str) -> str:
    """The text of a template's sample."""
    written = WRITER.sample(*OF_RECEIPTS[case])
    return f"{written.subject}\n\n{written.body}"


def text(case: str) -> str:
    """The subject, an empty line, the body."""
    event, recipient = (CASES | OF_CASES | OF_BULLETINS)[case]
    world = World()
    world.deliver(registered("C001", "赵测试"))
    if event.source == "findings":
        # Its events carry no names.
        world.deliver(registered("C004", "李测试"), registered("C005", "周测试"))
    world.deliver(event)
    notice = world.notice(recipient=recipient)
    return f"{notice['subject']}\n\n{notice['body']}"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in CASES | OF_CASES | OF_BULLETINS:
        (FOLDER / f"{name}.txt").write_text(text(name), encoding="utf-8")
    for name in OF_RECEIPTS:
        (FOLDER / f"{name}.txt").write_text(of_sample(name), encoding="utf-8")
