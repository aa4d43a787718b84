"""Whose notices and contacts a caller may see and touch (contract section 2). Roles alone are checked at the routes."""

from services.notifications.application.ports import Work
from services.notifications.domain import recipients
from services.notifications.domain.errors import ForbiddenError, UnknownNoticeError
from services.notifications.domain.notice import Notice
from shared.contracts.claims import Claims

READS_OTHERS = frozenset({"office", "commission", "approver", "auditor"})
"""They read every notice of their area."""
_COUNTY = 6


def is_recipient(claims: Claims, recipient: str, area: str) -> bool:
    """Whether a notice to `recipient`, about something in `area`, is the caller's own."""
    if claims.role == "cadre":
        return claims.cadre == recipient and recipients.is_person(recipient)
    if claims.role == "unit":
        unit = recipient.startswith(recipients.UNIT)
        return unit and claims.covers(recipient.removeprefix(recipients.UNIT))
    if claims.role == "supervisor":
        return claims.team is not None and recipient == recipients.team(claims.team)
    return claims.role == "office" and recipient == recipients.OFFICE and claims.covers(area)


def recipient_of(claims: Claims) -> str | None:
    """The recipient that the caller is himself; none for those who are told nothing."""
    match claims.role:
        case "cadre":
            return claims.cadre if claims.cadre and recipients.is_person(claims.cadre) else None
        case "unit":
            return recipients.unit(claims.area)
        case "supervisor":
            return recipients.team(claims.team) if claims.team else None
        case "office":
            return recipients.OFFICE
    return None


def may_read(claims: Claims, notice: Notice) -> bool:
    """The recipient, and who reads the notices of his area; of a restricted case its handlers and the auditor."""
    if claims.role in READS_OTHERS and _may_know(claims, notice) and claims.covers(notice.about.area):
        return True
    return is_own(claims, notice)


def readable(work: Work, notice: str, claims: Claims) -> Notice:
    """A notice that the caller may read.

    Raises:
        UnknownNoticeError: there is none, which is also said of one that he may not know of.
    """
    found = work.notices.get(notice)
    if found is None or not may_read(claims, found):
        raise UnknownNoticeError
    return found


def is_own(claims: Claims, notice: Notice) -> bool:
    """Whether it is the caller's own. What an office was told of a case is not any more once that is restricted; what a
    person was told of himself is."""
    told = recipients.is_person(notice.recipient) or _may_know(claims, notice)
    return told and is_recipient(claims, notice.recipient, notice.about.area)


def _may_know(claims: Claims, notice: Notice) -> bool:
    handlers = notice.about.handlers
    return handlers is None or claims.role == "auditor" or claims.sub in handlers


def home_of(recipient: str, claims: Claims) -> str:
    """The area whose offices enter the contact of a recipient that is not known yet: a unit's own; the county for its
    office and for teams, who go everywhere in it; for a person that of the office that knows him first."""
    if recipient.startswith(recipients.UNIT):
        return recipient.removeprefix(recipients.UNIT)
    return claims.area if recipients.is_person(recipient) else claims.area[:_COUNTY]


def require_contact(claims: Claims, area: str) -> None:
    """An office enters the contacts of its own area."""
    if not claims.covers(area):
        raise ForbiddenError("the contact lies outside of your area")
