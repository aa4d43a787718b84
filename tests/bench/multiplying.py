"""A collection made several times as large by the server itself: copies that differ in their ids and own numbers.

Making a million documents here would take most of an hour; indexes are dropped meanwhile and built again at once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.postings import Searched, rows_of

ORIGINALS = "bench_originals"
_PLACE, _DIGITS = 24, 2
"""In an id of the benchmarks these digits are 0: its last group holds a number far below 2^40."""


def copied(path: str, copy: int) -> dict[str, Any]:
    """The id in `path`, of copy number `copy` (1 to 255)."""
    behind = {"$substrBytes": [path, _PLACE + _DIGITS, -1]}
    return {"$concat": [{"$substrBytes": [path, 0, _PLACE]}, f"{copy:02x}", behind]}


def postings_of(searched: Searched, documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The posting rows of documents that were put in past the service, under ids that can be multiplied."""
    rows = rows_of({one["_id"]: searched.texts(dict(one)) for one in documents})
    return [{**row, "_id": row["first"]} for row in rows]


def multiply_postings(database: Any, collection: str, copies: range, indexes: Iterable[Index]) -> None:
    """As the documents that they lead to."""

    def differs(copy: int) -> Mapping[str, Any]:
        each = {"$map": {"input": "$ids", "as": "id", "in": copied("$$id", copy)}}
        return {"ids": each, **{name: copied(f"${name}", copy) for name in ("first", "last")}}

    multiply(database, collection, copies, differs, indexes)


def multiply(
    database: Any,
    collection: str,
    copies: range,
    differs: Callable[[int], Mapping[str, Any]],
    indexes: Iterable[Index],
) -> None:
    """`differs` tells by expressions what else of a copy is not the original's."""
    database[collection].drop_indexes()
    originals = {"$expr": {"$eq": [{"$substrBytes": ["$_id", _PLACE, _DIGITS]}, "00"]}}
    database[ORIGINALS].drop()
    list(database[collection].aggregate([{"$match": originals}, {"$out": ORIGINALS}]))
    for copy in copies:
        stages = [{"$set": {"_id": copied("$_id", copy), **differs(copy)}}, {"$merge": {"into": collection}}]
        list(database[ORIGINALS].aggregate(stages))
    database[ORIGINALS].drop()
    ensure_indexes(database, [one for one in indexes if one.collection == collection])
