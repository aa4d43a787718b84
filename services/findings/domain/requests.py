"""What is asked for and decided beside the status: more time, and that people be held to account."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from services.findings.domain.errors import InvalidError
from services.findings.domain.events import (
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ReferralAsked,
    ReferralGranted,
    ReferralRefused,
)
from services.findings.domain.guards import require_open
from services.findings.domain.moves import OPEN, Move, Status
from services.findings.domain.parts import Extension, Referral, Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

Decision = Literal["granted", "refused"]


def extend(finding: "Finding", made: Stamp, *, until: date, reason: str) -> None:
    """The unit asks for more time; until that is decided the deadline stands still."""
    if until <= finding.due.day:
        raise InvalidError({"until": [f"must lie after the deadline, {finding.due.day.isoformat()}"]})
    require_open(finding, Move.EXTEND, made)
    finding.latest_extension = Extension(until, reason, made)
    details = {"until": until}
    finding.change(ExtensionAsked, Move.EXTEND, made, finding.status, reason, details)


def decide_extension(finding: "Finding", made: Stamp, *, result: Decision, note: str | None) -> None:
    """Another person than the applicant decides it. Granted, the deadline is never earlier than without it."""
    require_open(finding, Move.EXTEND_DECIDE, made)
    asked = finding.latest_extension
    assert asked is not None, "an open extension has been asked"
    granted = result == "granted"
    finding.latest_extension = replace(asked, decided=made, granted=granted)
    kind = ExtensionGranted if granted else ExtensionRefused
    details = {"result": result, "until": asked.until}
    if granted:
        finding.extensions += 1
        clock = finding.clock if finding.waits else finding.clock.settle(made.at)
        finding.clock = clock.extend(asked.until)
    finding.change(kind, Move.EXTEND_DECIDE, made, finding.status, note, details)


def refer(finding: "Finding", made: Stamp, *, reason: str) -> None:
    """移送: team or office ask that people be held to account."""
    require_open(finding, Move.REFER, made)
    finding.latest_referral = Referral(reason, made)
    finding.change(ReferralAsked, Move.REFER, made, finding.status, reason)


def decide_referral(finding: "Finding", made: Stamp, *, result: Decision, reason: str | None) -> None:
    """Another person than the one who referred it decides; granted, accountability opens a case."""
    require_open(finding, Move.REFER_DECIDE, made)
    asked = finding.latest_referral
    assert asked is not None, "an open referral has been asked"
    granted = result == "granted"
    finding.latest_referral = replace(asked, decided=made, granted=granted)
    kind = ReferralGranted if granted else ReferralRefused
    finding.change(kind, Move.REFER_DECIDE, made, finding.status, reason, {"result": result})


def open_questions(finding: "Finding") -> list[str]:
    """What of it waits for a decision: dispute, extension, block, referral."""
    block = finding.latest_block
    waits = {
        "dispute": finding.status is Status.DISPUTED,
        "extension": finding.extension_open and finding.status in OPEN,
        "block": finding.status is Status.BLOCKED and block is not None and block.granted is None,
        "referral": finding.referral_open and finding.status is not Status.WITHDRAWN,
    }
    return [question for question, open_ in waits.items() if open_]
