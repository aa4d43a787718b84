"""Parts of a finding as parts of its document, and back. Days are kept as texts, spans as whole milliseconds."""

from datetime import date, timedelta
from typing import Any

from services.findings.domain.clock import Clock
from services.findings.domain.deadlines import Due
from services.findings.domain.moves import Actor, Status
from services.findings.domain.parts import Block, Dispute, Extension, Plan, Referral, Report, Revisit, Stamp

Document = dict[str, Any]
_MILLISECOND = timedelta(milliseconds=1)


def of_actor(actor: Actor) -> Document:
    return {"sub": actor.sub, "role": actor.role}


def of_stamp(stamp: Stamp) -> Document:
    return {"at": stamp.at, "by": of_actor(stamp.by)}


def to_stamp(document: Document) -> Stamp:
    return Stamp(Actor(**document["by"]), document["at"])


def of_plan(plan: Plan | None) -> Document | None:
    if plan is None:
        return None
    return {"measures": plan.measures, "person": plan.person, "due": plan.due.isoformat()}


def to_plan(document: Document | None) -> Plan | None:
    if document is None:
        return None
    return Plan(document["measures"], document["person"], date.fromisoformat(document["due"]))


def of_report(report: Report | None) -> Document | None:
    if report is None:
        return None
    completed_on = report.completed_on.isoformat()
    return {"measures": report.measures, "completed_on": completed_on, "made": of_stamp(report.made)}


def to_report(document: Document | None) -> Report | None:
    if document is None:
        return None
    completed_on = date.fromisoformat(document["completed_on"])
    return Report(document["measures"], completed_on, to_stamp(document["made"]))


def of_block(block: Block | None) -> Document | None:
    if block is None:
        return None
    return {
        "reason": block.reason,
        "needs": block.needs,
        "review_on": block.review_on.isoformat(),
        "made": of_stamp(block.made),
        "granted": of_stamp(block.granted) if block.granted else None,
    }


def to_block(document: Document | None) -> Block | None:
    if document is None:
        return None
    return Block(
        document["reason"],
        document["needs"],
        date.fromisoformat(document["review_on"]),
        to_stamp(document["made"]),
        to_stamp(document["granted"]) if document["granted"] else None,
    )


def of_dispute(dispute: Dispute | None) -> Document | None:
    if dispute is None:
        return None
    return {
        "grounds": dispute.grounds,
        "came_from": dispute.came_from.value,
        "made": of_stamp(dispute.made),
    }


def to_dispute(document: Document | None) -> Dispute | None:
    if document is None:
        return None
    return Dispute(document["grounds"], Status(document["came_from"]), to_stamp(document["made"]))


def of_clock(clock: Clock) -> Document:
    return {
        "base_at": clock.base.at,
        "base_on": clock.base.day.isoformat(),
        "provisional": clock.base.provisional,
        "started_at": clock.started_at,
        "waited": clock.waited // _MILLISECOND,
        "counted_to": clock.counted_to,
        "waiting_since": clock.waiting_since,
    }


def to_clock(document: Document) -> Clock:
    base = Due(document["base_at"], date.fromisoformat(document["base_on"]), document["provisional"])
    return Clock(
        base,
        document["started_at"],
        document["waited"] * _MILLISECOND,
        document["counted_to"],
        document["waiting_since"],
    )


def of_extension(extension: Extension | None) -> Document | None:
    if extension is None:
        return None
    return {"until": extension.until.isoformat(), **_of_asked(extension)}


def to_extension(document: Document | None) -> Extension | None:
    if document is None:
        return None
    return Extension(date.fromisoformat(document["until"]), *_to_asked(document))


def of_referral(referral: Referral | None) -> Document | None:
    return None if referral is None else _of_asked(referral)


def to_referral(document: Document | None) -> Referral | None:
    return None if document is None else Referral(*_to_asked(document))


def _of_asked(asked: Extension | Referral) -> Document:
    return {
        "reason": asked.reason,
        "made": of_stamp(asked.made),
        "decided": of_stamp(asked.decided) if asked.decided else None,
        "granted": asked.granted,
    }


def _to_asked(document: Document) -> tuple[str, Stamp, Stamp | None, bool]:
    decided = to_stamp(document["decided"]) if document["decided"] else None
    return document["reason"], to_stamp(document["made"]), decided, document["granted"]


def of_revisit(revisit: Revisit | None) -> Document | None:
    if revisit is None:
        return None
    return {"passed": revisit.passed, "made": of_stamp(revisit.made), "recurrence": revisit.recurrence}


def to_revisit(document: Document | None) -> Revisit | None:
    if document is None:
        return None
    return Revisit(document["passed"], to_stamp(document["made"]), document["recurrence"])
