"""What is made of the archive, and how it is made anew beside what is in use (services.reporting.replay).

Facts, cases, counters and rollups follow from the archive alone. One document, changed in every transaction that
changes them, says how they stand: so whoever changes it last knows of everything that was told before.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.adapters import rollups
from services.reporting.domain.rollups import Share
from shared.persistence.errors import UnavailableError
from shared.persistence.transaction import Transaction

PROJECTION, TOUCHED = "projection", "replay_touched"
STATE = "state"
NEXT = "_next"
"""What the collections that are being made anew are called behind their names."""
State = dict[str, Any]


def begun(complete: bool) -> State:
    """`complete` says that the rollups hold every fact; `commits` numbers the transactions; while `replaying` what they
    touch is written down; while `swapping` there are none."""
    return {"_id": STATE, "complete": complete, "commits": 0, "replaying": False, "swapping": False}


class ProjectionLog:
    """What one transaction touches."""

    def __init__(self, transaction: Transaction, facts: str) -> None:
        self._tx = transaction
        self._known = facts
        self._findings: set[str] = set()
        self._new: set[str] = set()
        self._cases: set[str] = set()
        self._measures: set[str] = set()
        self._changes: list[tuple[int, Share]] = []
        self._begun = False

    def findings(self, touched: Mapping[str, object | None], changes: Iterable[tuple[int, Share]]) -> None:
        """Each with what was kept of it before, and what all of it changes in the rollups."""
        self._begin()
        self._findings.update(touched)
        self._new.update(finding for finding, before in touched.items() if before is None)
        self._changes += changes

    def case(self, touched: str) -> None:
        self._begin()
        self._cases.add(touched)

    def measure(self, touched: str) -> None:
        self._begin()
        self._measures.add(touched)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._tx.before_commit(self._keep)

    def _keep(self) -> None:
        # A case may begin this before the facts are kept: what they touch afterwards is written in a second turn.
        self._begun = False
        state = self._tx.get(PROJECTION, STATE)
        if state is None:
            # What was kept before there were rollups is in none of them, until it is replayed.
            known = self._tx.find(self._known, {}, limit=len(self._new) + 1)
            state = begun(complete=self._new.issuperset(row["_id"] for row in known))
        if state["swapping"]:
            raise UnavailableError("what was made anew of the archive is being put into its place")
        state = {**state, "commits": state["commits"] + 1}
        self._tx.replace(PROJECTION, state)
        key = key_of(state["commits"])
        if self._changes:
            rollups.tell(self._tx, key, self._changes)
        if state["replaying"]:
            touched = {"findings": self._findings, "cases": self._cases, "measures": self._measures}
            self._tx.insert(TOUCHED, {"_id": key, **{name: sorted(ids) for name, ids in touched.items()}})
        for told in (self._findings, self._new, self._cases, self._measures, self._changes):
            told.clear()


def key_of(commit: int) -> str:
    """In the order of the transactions."""
    return f"{commit:020}"
