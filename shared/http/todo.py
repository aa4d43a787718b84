"""What waits for the caller: the shape and the order that the services' sources share.

A service gives its source by a method of its app, `todo(claims, after, limit)`: what waits for this caller, as mappings
with `what` (a code of the vocabulary's `todo`), `id`, `number`, `about` (a few Chinese words), `due` (the moment by
which it is to be done, or None) and `moves`. It may leave out what is not behind `after` and need not give more than
`limit` of the rest; one that gives everything that waits is right as well.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary
from shared.persistence.errors import CursorError
from shared.persistence.paging import FORGED

Place = tuple[str, str, str]
"""Where an item stands in the order: its moment, its id, what it is."""
Source = Callable[[Claims, Place | None, int], Iterable[Mapping[str, Any]]]
_NEVER = "9999"


def place_of(item: Mapping[str, Any]) -> Place:
    """The most urgent first; what has no moment comes last."""
    due: datetime | None = item["due"]
    moment = _NEVER if due is None else due.astimezone(UTC).isoformat(timespec="milliseconds")
    return moment, str(item["id"]), str(item["what"])


def moment_of(place: Place) -> datetime:
    """The moment of a place in the order; the end of time for what has none."""
    if place[0] == _NEVER:
        return datetime.max.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(place[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CursorError(FORGED) from None


def waiting(
    source: Source, by: Claims, words: Vocabulary, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """One page, and the cursor of the next."""
    after = None if cursor is None else _opened(cursor)
    found = [one for one in source(by, after, limit + 1) if after is None or place_of(one) > after]
    found.sort(key=place_of)
    following = json.dumps(place_of(found[limit - 1])) if len(found) > limit else None
    return [_shown(item, words) for item in found[:limit]], following


def _shown(item: Mapping[str, Any], words: Vocabulary) -> dict[str, Any]:
    label = words.label("todo", item["what"])
    return {
        "what": item["what"],
        "id": item["id"],
        "number": item["number"],
        "title": f"{label}:{item['about']}",
        "due": item["due"],
        "moves": list(item["moves"]),
    }


def _opened(cursor: str) -> Place:
    try:
        moment, key, what = json.loads(cursor)
    except (ValueError, TypeError):
        raise CursorError(FORGED) from None
    return str(moment), str(key), str(what)
