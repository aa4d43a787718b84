"""Whose findings a caller may see in reports (contract section 2). Roles alone are checked at the routes."""

from collections.abc import Mapping
from typing import Any

from services.reporting.domain.errors import ForbiddenError
from shared.contracts.claims import Claims

Caller = Claims
"""Whoever asks; the pages know them by this name."""
KNOWS_CASES = frozenset({"commission", "approver", "auditor"})
"""Until a decision is served nobody else may learn that a case exists."""
AUDITOR = "auditor"
CHAIN_READERS = frozenset({"supervisor", "unit", "office"}) | KNOWS_CASES
"""Those who may read findings."""


def may_read(claims: Claims, state: Mapping[str, Any]) -> bool:
    """Everyone reads the findings of the own area; a unit also those it has to mend elsewhere."""
    if claims.covers(state["area"]):
        return True
    return claims.role == "unit" and any(claims.covers(unit) for unit in state["units"])


def require_area(claims: Claims, area: str | None) -> None:
    """An area that is asked for must lie in the caller's, or hold it. Units also have findings elsewhere."""
    if area is None or claims.role == "unit" or claims.covers(area) or claims.area.startswith(area):
        return
    raise ForbiddenError("the area lies outside of yours")
