"""The status machine of a finding as a table: who may make which move, from where, to where (contract section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    ISSUED = "issued"
    RECTIFYING = "rectifying"
    REPORTED = "reported"
    BLOCKED = "blocked"
    DISPUTED = "disputed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """Named as the last part of its route."""

    POST = "post"
    ACCEPT = "accept"
    REPORT = "report"
    VERIFY = "verify"
    DISPUTE = "dispute"
    DECIDE = "decide"
    BLOCK = "block"
    BLOCK_DECIDE = "block/decide"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    PLAN = "plan"
    PROGRESS = "progress"
    EXTEND = "extend"
    EXTEND_DECIDE = "extend/decide"
    TRANSFER = "transfer"
    SUPERVISE = "supervise"
    ATTACHMENTS = "attachments"
    REFER = "refer"
    REFER_DECIDE = "refer/decide"
    REVISIT = "revisit"
    MERGE = "merge"
    UNMERGE = "unmerge"
    HANDOVER = "handover"
    RECOMPUTE = "recompute"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move, and in which role."""

    sub: str
    role: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table."""

    roles: frozenset[str]
    sources: frozenset[Status]
    targets: frozenset[Status]


def _rule(who: str, sources: str, targets: str) -> Rule:
    return Rule(
        frozenset(who.split()),
        frozenset(Status(name) for name in sources.split()),
        frozenset(Status(name) for name in targets.split()),
    )


def _stays(who: str, sources: str) -> Rule:
    """A move that leaves the status as it is."""
    return _rule(who, sources, sources)


_AT_WORK = "issued rectifying"
_OPEN = "issued rectifying reported blocked disputed"

TABLE: Mapping[Move, Rule] = {
    # move                    who                 from                 to
    Move.ACCEPT:       _rule("unit",             "issued",            "rectifying"),
    Move.REPORT:       _rule("unit",             "issued rectifying", "reported"),
    Move.VERIFY:       _rule("supervisor",       "reported",          "closed rectifying"),
    Move.DISPUTE:      _rule("unit",             "issued rectifying", "disputed"),
    Move.DECIDE:       _rule("approver",         "disputed",          "issued rectifying withdrawn"),
    Move.BLOCK:        _rule("unit",             "rectifying",        "blocked"),
    Move.BLOCK_DECIDE: _rule("office approver",  "blocked",           "blocked rectifying"),
    Move.RESUME:       _rule("unit",             "blocked",           "rectifying"),
    Move.WITHDRAW:     _rule("supervisor",       "issued",            "withdrawn"),
    Move.AMEND:        _rule("supervisor",       "issued",            "issued"),
    Move.PLAN:         _rule("unit",             "rectifying",        "rectifying"),
    Move.PROGRESS:     _rule("unit",             "rectifying",        "rectifying"),
    Move.TRANSFER:     _rule("office",           _AT_WORK,            "issued"),
    Move.MERGE:        _rule("office supervisor", "issued rectifying", "withdrawn"),
    Move.UNMERGE:      _rule("office supervisor", "withdrawn",        "issued rectifying"),
    # These leave the status as it is.
    Move.EXTEND:        _stays("unit",              _AT_WORK),
    Move.EXTEND_DECIDE: _stays("approver",          _OPEN),
    Move.SUPERVISE:     _stays("office",            _OPEN),
    Move.ATTACHMENTS:   _stays("supervisor unit",   _OPEN),
    Move.REFER:         _stays("supervisor office", _OPEN + " closed"),
    Move.REFER_DECIDE:  _stays("approver",          _OPEN + " closed"),
    Move.REVISIT:       _stays("supervisor",        "closed"),
}  # fmt: skip

OPEN = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}
"""It is not yet settled."""

RUNNING = frozenset({Status.ISSUED, Status.RECTIFYING})
"""In these the unit is at work, and the deadline holds."""

ON_OTHERS = frozenset({Status.REPORTED, Status.DISPUTED})
"""In these it waits on others than the unit."""
