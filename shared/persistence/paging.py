"""Cursor pages over an index: stable while documents come and go, at the same cost on every page."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bson import json_util
from pymongo.collection import Collection

from shared.contracts.texts import UNKEEPABLE
from shared.persistence.errors import CursorError
from shared.persistence.transaction import Document, Where

MOST = 3000
"""So many documents one request looks through, where few of them may be wanted; the next page goes on behind them."""
_NEWEST = [("_id", -1)]
FORGED = "the cursor is not one of ours; start again without it"


def page(
    collection: Collection[Document],
    where: Where,
    sort: Sequence[tuple[str, int]],
    limit: int,
    cursor: str | None = None,
    projection: Sequence[str] | Mapping[str, Any] | None = None,
) -> tuple[list[Document], str | None]:
    """One page and the cursor of the next, none on the last page.

    `sort` must end with a unique key (usually `_id`) and be served by an index; its values may not be null.
    """
    conditions: list[dict[str, Any]] = [dict(where)] if where else []
    if cursor is not None:
        conditions.append(_after(sort, _open(cursor, len(sort))))
    query = {"$and": conditions} if conditions else {}
    found = list(collection.find(query, projection, sort=list(sort), limit=limit + 1))
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_after(found[limit - 1], sort)


def sifted_page(
    collection: Collection[Document],
    within: Where,
    wanted: Where,
    index: str,
    limit: int,
    cursor: str | None,
    most: int,
    projection: Mapping[str, Any] | None = None,
) -> tuple[list[Document], str | None]:
    """One page, newest first, of those that are `wanted` too among those `within`, which `index` serves in that order.

    It looks at no more than `most` of them. A page may therefore be short, or empty, and still have a next one.
    """
    bounds: list[Mapping[str, Any]] = [within]
    if cursor is not None:
        bounds.append({"_id": {"$lt": before(cursor)}})
    at_last = list(
        collection.find({"$and": bounds}, {"_id": 1}, sort=_NEWEST, skip=most - 1, limit=1, hint=index)
    )
    bounds += [{"_id": {"$gte": one["_id"]}} for one in at_last]
    query = {"$and": [*bounds, wanted]}
    found = list(collection.find(query, projection, sort=_NEWEST, limit=limit + 1, hint=index))
    if len(found) > limit:
        return found[:limit], cursor_after(found[limit - 1], _NEWEST)
    return found, cursor_after(at_last[0], _NEWEST) if at_last else None


def among_page(
    collection: Collection[Document],
    keys: Sequence[str],
    wanted: Where,
    limit: int,
    more: bool,
    projection: Mapping[str, Any] | None = None,
) -> tuple[list[Document], str | None]:
    """One page of those that are `wanted` among these `keys`, newest first; `more` may lie behind them."""
    query = {"$and": [{"_id": {"$in": list(keys)}}, wanted]}
    found = list(collection.find(query, projection, sort=_NEWEST, limit=limit + 1, hint="_id_"))
    if len(found) > limit:
        return found[:limit], cursor_after(found[limit - 1], _NEWEST)
    return found, _seal([keys[-1]]) if more else None


def before(cursor: str) -> Any:
    """The id behind which a list in the order of ids goes on."""
    return _open(cursor, 1)[0]


def id_before(cursor: str) -> str:
    """The id that a list of UUIDs went to, where its cursor is that id itself.

    Raises:
        CursorError: it is none.
    """
    try:
        return str(UUID(cursor))
    except ValueError:
        raise CursorError(FORGED) from None


def cursor_after(document: Document, sort: Sequence[tuple[str, int]]) -> str:
    """The cursor of the page that begins behind `document`, for lists that are put together of several."""
    return _seal([_value(document, path) for path, _ in sort])


def _after(sort: Sequence[tuple[str, int]], values: Sequence[Any]) -> dict[str, Any]:
    branches = []
    for depth, (path, direction) in enumerate(sort):
        branch: dict[str, Any] = {sort[i][0]: values[i] for i in range(depth)}
        branch[path] = {"$gt" if direction > 0 else "$lt": values[depth]}
        branches.append(branch)
    # The first key's bound again, outside the alternatives, so that the index is entered at the right place.
    first, direction = sort[0]
    return {first: {"$gte" if direction > 0 else "$lte": values[0]}, "$or": branches}


def _value(document: Document, path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value[part]
    return value


def _seal(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json_util.dumps(values).encode()).decode().rstrip("=")


def _open(cursor: str, length: int) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json_util.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except Exception as exc:
        raise CursorError(FORGED) from exc
    if not isinstance(values, list) or len(values) != length or not all(map(_can_be_sorted_by, values)):
        raise CursorError(FORGED)
    return values


def _can_be_sorted_by(value: Any) -> bool:
    """Whether it is a value that a sort key of ours has."""
    if isinstance(value, str):
        return not UNKEEPABLE.search(value)
    return isinstance(value, datetime) or (type(value) is int and abs(value) < 2**63)
