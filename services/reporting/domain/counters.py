"""What the balance counts of the facts of an area. Kept beside the facts and changed by differences."""

from collections import Counter
from collections.abc import Mapping

from services.reporting.domain.fact import Fact
from services.reporting.domain.view import View

HISTORICAL = "historical"
ASSIGNED, NOTICED = "assigned", "noticed"
Counted = tuple[str, Mapping[str, int]]
"""An area, and how much is counted there under each name."""


def counters(fact: Fact, view: View) -> Counted | None:
    """What a fact adds to its area, None for a stub.

    Findings of an old ledger are counted apart: nobody is assigned or told because of them.
    """
    state = fact.state
    if state is None:
        return None
    if state.get("historical"):
        return state["area"], {f"{HISTORICAL}.{state['status']}": 1}
    counted = {state["status"]: 1}
    if view.assigned_at is not None:
        counted[ASSIGNED] = 1
    if view.notified_at is not None:
        counted[NOTICED] = 1
    return state["area"], counted


def differences(before: Counted | None, after: Counted | None) -> dict[str, Counter[str]]:
    """By area, what to add so that `before` becomes `after`; empty when nothing does."""
    if before == after:
        return {}
    changes: dict[str, Counter[str]] = {}
    for sign, counted in ((-1, before), (1, after)):
        if counted is not None:
            change = changes.setdefault(counted[0], Counter())
            for name, count in counted[1].items():
                change[name] += sign * count
    return changes
