"""Pages of a list that stands whole in memory: the cursor is the place to go on from."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications.domain.errors import ForeignCursorError

_DIGITS = 10


def of(
    rows: Sequence[Mapping[str, Any]], limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows from the cursor on, and the cursor of the rest.

    Raises:
        ForeignCursorError: it is none of ours.
    """
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < _DIGITS):
        raise ForeignCursorError
    start = int(cursor or 0)
    following = start + limit
    return [dict(one) for one in rows[start:following]], str(following) if following < len(rows) else None
