"""Who may read a bulletin, and who may work on it."""

from collections.abc import Mapping

from services.reporting.domain.bulletin import AUTHORS, BEYOND_ITS_AREA, COUNTY, PUBLISHED, Bulletin
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
    if not by.covers(found.area) and not _reaches(found, by):
        raise ForbiddenError("the bulletin is of an area outside of yours, and not published for the county")
    if found.status != PUBLISHED and by.role not in DRAFT_READERS[found.kind]:
        raise ForbiddenError("what is not published is for its author's role, the approver and the auditor")
    return found


def _reaches(bulletin: Bulletin, by: Claims) -> bool:
    """What is published for the county or the public goes to every township of its county."""
    return (
        bulletin.status == PUBLISHED
        and bulletin.audience in BEYOND_ITS_AREA
        and bulletin.area[:COUNTY] == by.area[:COUNTY]
    )


def require_within(bulletin: Bulletin, by: Claims) -> None:
    """What is behind it is for those whose area it is of.

    Raises:
        ForbiddenError.
    """
    if not by.covers(bulletin.area):
        raise ForbiddenError("what is behind the figures lies outside of your area")


def require_author(bulletin: Bulletin, by: Claims) -> Bulletin:
    """The bulletin, if its author's role is the caller's.

    Raises:
        ForbiddenError.
    """
    if by.role != AUTHORS[bulletin.kind]:
        raise ForbiddenError(f"a bulletin of this kind is worked on by: {AUTHORS[bulletin.kind]}")
    return bulletin
