"""A collection made several times as large by the server itself: copies that differ in their ids and own numbers.

Making a million documents here would take most of an hour; indexes are dropped meanwhile and built again at once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.persistence.indexes import Index, ensure_indexes

_PLACE = 24
"""In an id of the benchmarks this digit is 0: its last group holds a number far below 2^44."""


def copied(path: str, copy: int) -> dict[str, Any]:
    """The id in `path`, of copy number `copy` (1 to 15)."""
    return {
        "$concat": [
            {"$substrBytes": [path, 0, _PLACE]},
            f"{copy:x}",
            {"$substrBytes": [path, _PLACE + 1, -1]},
        ]
    }


def multiply(
    database: Any, collection: str, times: int, differs: Iterable[Mapping[str, Any]], indexes: Iterable[Index]
) -> None:
    """`differs` has one set of expressions for each copy: what is not the original's in it."""
    database[collection].drop_indexes()
    originals = {"$expr": {"$eq": [{"$substrBytes": ["$_id", _PLACE, 1]}, "0"]}}
    for copy, changed in zip(range(1, times), differs, strict=True):
        stages = [
            {"$match": originals},
            {"$set": {"_id": copied("$_id", copy), **changed}},
            {"$merge": {"into": collection, "whenMatched": "keepExisting"}},
        ]
        list(database[collection].aggregate(stages))
    ensure_indexes(database, [one for one in indexes if one.collection == collection])
