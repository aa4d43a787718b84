"""Who may read a bulletin, and who may work on it."""

from collections.abc import Mapping

from services.reporting.domain.bulletin import AUTHORS, PUBLISHED, Bulletin
from services.reporting.domain.errors import ForbiddenError, UnknownBulletinError
from shared.contracts.claims import Claims

DRAFT_READERS: Mapping[str, frozenset[str]] = {
    kind: frozenset({role, "approver", "auditor"}) for kind, role in AUTHORS.items()
}
"""By kind: the author's role, who approves, and the auditor."""

AUTHOR_ROLES = frozenset(AUTHORS.values())


def readable(found: Bulletin | None, by: Claims) -> Bulletin:
    """The bulletin, if there is one that the caller may read.

    Raises:
        UnknownBulletinError, ForbiddenError.
    """
    if found is None:
        raise UnknownBulletinError
    if not by.covers(found.area):
        raise ForbiddenError("the bulletin is of an area outside of yours")
    if found.status != PUBLISHED and by.role not in DRAFT_READERS[found.kind]:
        raise ForbiddenError("what is not published is for its author's role, the approver and the auditor")
    return found


def require_author(bulletin: Bulletin, by: Claims) -> Bulletin:
    """The bulletin, if its author's role is the caller's.

    Raises:
        ForbiddenError.
    """
    if by.role != AUTHORS[bulletin.kind]:
        raise ForbiddenError(f"a bulletin of this kind is worked on by: {AUTHORS[bulletin.kind]}")
    return bulletin
