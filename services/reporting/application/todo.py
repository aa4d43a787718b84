"""待办: bulletins that wait for somebody to go on with them."""

from collections.abc import Iterator
from typing import Any

from services.reporting.application.bulletins import Bulletins
from services.reporting.domain.bulletin import AUTHORS, DRAFT, Bulletin
from shared.contracts.claims import Claims

_APPROVER = "approver"


def todos(bulletins: Bulletins, by: Claims, limit: int) -> Iterator[dict[str, Any]]:
    """For an approver drafts of others; for an author's role its drafts, and what it may publish."""
    for bulletin in bulletins.waiting(by, limit):
        if found := _waits(bulletin, by):
            what, moves = found
            yield {
                "what": what,
                "id": bulletin.id,
                "number": None,
                "about": bulletin.title,
                "due": None,
                "moves": moves,
            }


def _waits(bulletin: Bulletin, by: Claims) -> tuple[str, list[str]] | None:
    if by.role == _APPROVER:
        decides = bulletin.status == DRAFT and bulletin.author != by.sub
        return ("bulletin_approval", ["approve", "return"]) if decides else None
    if by.role != AUTHORS[bulletin.kind]:
        return None
    return ("bulletin_publishing", ["publish"]) if bulletin.status != DRAFT else ("bulletin_draft", ["edit"])
