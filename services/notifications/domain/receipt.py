"""The receipt 签收 of a notice as people record it: refused before witnesses, served on paper, told by telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WITNESSES = 2
"""So many people must have seen that somebody refused to sign."""
PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Refusal:
    """拒签: he has got it and would not sign. It counts as received from then on."""

    at: datetime
    witnesses: tuple[str, ...]
    reason: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class PaperService:
    """He signed for it on paper; `by` handed it over."""

    at: datetime
    by: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Call:
    """He was told by telephone, which is no receipt."""

    at: datetime
    by: str
    answered_by: str
    recorded_by: str


def witness_fault(witnesses: Sequence[str]) -> str | None:
    """What is wrong with the witnesses of a refusal; None when they will do."""
    if len({"".join(one.split()) for one in witnesses}) < WITNESSES:
        return f"must name at least {WITNESSES} different people"
    return None


@dataclass(frozen=True, slots=True)
class Reminding:
    """How far the reminders of a notice are: when it was reminded, when the next leader was told, and whom that was."""

    reminded_at: datetime | None = None
    leader_told_at: datetime | None = None
    leader: str | None = None
