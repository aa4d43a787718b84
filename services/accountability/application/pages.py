"""Lists: how much of one is asked for, which part of an area the caller may see, and what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.accountability.application.answers import Answer
from services.accountability.domain.errors import ForbiddenError, InvalidError
from shared.contracts.claims import Claims

T = TypeVar("T")
Listed = tuple[list[Answer], str | None]


@dataclass(frozen=True, slots=True)
class Page:
    """How much of a list, and from where on."""

    limit: int
    cursor: str | None


def part_of(known: Sequence[T], page: Page) -> tuple[Sequence[T], str | None]:
    """One page of a list that is held in memory, in its order."""
    if page.cursor is not None and not page.cursor.isdecimal():
        raise InvalidError({"cursor": ["is not a cursor of this list"]})
    start = int(page.cursor or 0)
    following = start + page.limit
    return known[start:following], str(following) if following < len(known) else None


def within(area: str | None, by: Claims) -> str:
    """The subtree to show: what was asked for, as far as the caller may see it."""
    if area is None or by.area.startswith(area):
        return by.area
    if by.covers(area):
        return area
    raise ForbiddenError("the area lies outside of yours")
