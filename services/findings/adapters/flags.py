"""Flags for a second look, as they are kept in a finding's document."""

from collections.abc import Sequence
from typing import Any

from services.findings.domain.review import FlagKind, ReviewFlag


def from_flags(flags: Sequence[ReviewFlag]) -> dict[str, Any]:
    """Nothing for a finding without any: `flagged` is there to be found by."""
    if not flags:
        return {}
    kept = [
        {"kind": one.kind.value, "because": one.because, "weight": one.weight, "findings": list(one.findings)}
        for one in flags
    ]
    return {"flagged": True, "review_flags": kept}


def to_flag(document: dict[str, Any]) -> ReviewFlag:
    return ReviewFlag(
        FlagKind(document["kind"]), document["because"], document["weight"], tuple(document["findings"])
    )
