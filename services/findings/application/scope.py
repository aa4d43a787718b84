"""Whose findings a caller may see and touch (contract section 2). Roles alone are checked at the routes."""

from typing import Protocol

from services.findings.domain.errors import ForbiddenError
from services.findings.domain.facts import Facts
from services.findings.domain.finding import Finding
from shared.contracts.claims import Claims


class Located(Protocol):
    """What lies somewhere and has units that mend it: a finding's facts, or a part of them."""

    @property
    def area(self) -> str: ...

    @property
    def units(self) -> tuple[str, ...]: ...


KNOWS_CASES = frozenset({"commission", "approver", "auditor"})
"""Until a decision is served nobody else may learn that a case exists."""


def known_cases(claims: Claims, finding: Finding) -> frozenset[str]:
    """The unfinished cases of the finding that the caller may learn of; a restricted one shows to the auditor alone."""
    if claims.role not in KNOWS_CASES:
        return frozenset()
    return finding.cases if claims.role == "auditor" else finding.cases - finding.hidden_cases


_KNOWS_OF_REFERRALS = {"refer": KNOWS_CASES | {"supervisor", "office"}, "refer/decide": KNOWS_CASES}


def may_know(claims: Claims, move: str) -> bool:
    """Whether the caller may learn of such a move: what leads to a case is not for the unit, nor what came of it for
    those who asked."""
    return claims.role in _KNOWS_OF_REFERRALS.get(move, {claims.role})


KNOWS_FLAGS = frozenset({"supervisor", "office", "auditor"})
"""Whom a flag may send to look again. Not the unit: it would learn what is compared."""

READS_ORIGINALS = "auditor"
"""Who reads evidence as it was sent, with the place where a photo was taken."""


TAKES_LEDGERS = "office"
"""Who takes over what was found before, with what had become of it."""


def require_post(claims: Claims, facts: Facts, *, own_check: bool = False, historical: bool = False) -> None:
    """A team posts its own findings, within its area; a unit what it found in a self-check, the office the findings of
    every team from an old ledger."""
    if historical and claims.role != TAKES_LEDGERS:
        raise ForbiddenError("old ledgers are for the office")
    if not (own_check or historical) and claims.team != facts.team:
        raise ForbiddenError("a team posts its own findings only")
    require_area(claims, facts.area)


def require_area(claims: Claims, area: str) -> None:
    """Refuse what lies outside of the caller's area."""
    if not claims.covers(area):
        raise ForbiddenError("the area lies outside of yours")


def narrowed(claims: Claims, area: str | None) -> str:
    """The subtree that is left of the caller's when `area` is asked for; one outside of it is refused."""
    if area is None or claims.area.startswith(area):
        return claims.area
    require_area(claims, area)
    return area


def may_read(claims: Claims, facts: Located) -> bool:
    """Everyone reads the findings of the own area; a unit also those it has to mend elsewhere."""
    if claims.covers(facts.area):
        return True
    return claims.role == "unit" and any(claims.covers(unit) for unit in facts.units)


def require_read(claims: Claims, finding: Finding) -> None:
    """Refuse to show a finding to those who may not read it."""
    if not may_read(claims, finding.facts):
        raise ForbiddenError("the finding lies outside of your area")


def may_touch(claims: Claims, facts: Facts) -> bool:
    """Of those who may read it, a team moves its own findings only."""
    own = claims.role != "supervisor" or claims.team == facts.team
    return own and may_read(claims, facts)


def require_touch(claims: Claims, finding: Finding) -> None:
    """Refuse a move to those whose finding it is not."""
    require_read(claims, finding)
    if not may_touch(claims, finding.facts):
        raise ForbiddenError("the finding belongs to another team")
