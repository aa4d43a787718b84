"""Lists with many filters: entered by the way that leads to the fewest, looking at a bounded number of documents.

Texts are found by any part of them through an index of their pairs of characters, since Chinese has no words to
index: a pair narrows, the text itself decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from pymongo.collection import Collection

from shared.persistence.paging import MOST, among_page, before, sifted_page
from shared.persistence.transaction import Document, Where

MANY = 100_000
"""Keys of an index in another order than the list's that one request puts in order; above it they lead nowhere."""
_PAIRS_TRIED = 12


@dataclass(frozen=True, slots=True)
class Way:
    """Documents among which those that are asked for must be: `where`, as `index` serves it.

    `in_order`: newest first; else what is found has to be put in order. `keys_in`: the ways lead through another
    collection, which names them in its field `key`.
    """

    where: Where
    index: str
    in_order: bool = True
    keys_in: Collection[Document] | None = None
    key: str = "_id"


def pair_numbers(*texts: str | None) -> list[int]:
    """Every pair of neighbouring characters as a number of 32 bits: two pairs that share one cost a look, no more."""
    folded = (text.casefold() for text in texts if text is not None)
    return sorted({_number(one, other) for text in folded for one, other in pairwise(text)})


def ways_of_text(text: str | None, field: str, index: str) -> list[Way]:
    """By the pairs of what is searched. A single character has none: it is looked for among what others leave."""
    return [Way({field: pair}, index) for pair in pair_numbers(text)[:_PAIRS_TRIED]]


def search(
    collection: Collection[Document],
    ways: Sequence[Way],
    wanted: Where,
    limit: int,
    cursor: str | None,
    projection: Mapping[str, Any] | None = None,
    most: int = MOST,
) -> tuple[list[Document], str | None]:
    """One page, newest first, of those that are `wanted`; the first way leads to all of them.

    It looks at no more than `most` of them: a page may be short, or empty, and still have a next one.
    """
    way = _narrowest(collection, ways, most)
    if way.in_order and way.keys_in is None:
        return sifted_page(collection, way.where, wanted, way.index, limit, cursor, most, projection)
    keys = _keys(collection, way, cursor, most)
    return among_page(collection, keys, wanted, limit, most, projection)


def _narrowest(collection: Collection[Document], ways: Sequence[Way], most: int) -> Way:
    if len(ways) == 1:
        return ways[0]
    # Of two that lead to many the later one: the first is where everything is.
    walks = [way for way in reversed(ways) if way.in_order]
    walk, steps = min(((way, _count(collection, way, most)) for way in walks), key=lambda one: one[1])
    if steps < most:
        return walk
    others = [(way, _count(collection, way, MANY + 1)) for way in ways if not way.in_order]
    other, keys = min(others, key=lambda one: one[1], default=(walk, 0))
    return other if keys <= MANY else walk


def _count(collection: Collection[Document], way: Way, most: int) -> int:
    source = collection if way.keys_in is None else way.keys_in
    return source.count_documents(way.where, hint=way.index, limit=most)


def _keys(collection: Collection[Document], way: Way, cursor: str | None, most: int) -> list[str]:
    """The next ones, newest first."""
    source = collection if way.keys_in is None else way.keys_in
    bounds: list[Where] = [way.where]
    if cursor is not None:
        bounds.append({way.key: {"$lt": before(cursor)}})
    projection = {"_id": 0, way.key: 1} if way.key != "_id" else {"_id": 1}
    rows = source.find({"$and": bounds}, projection, sort=[(way.key, -1)], limit=most, hint=way.index)
    return [_value(row, way.key) for row in rows]


def _value(row: Any, path: str) -> str:
    for part in path.split("."):
        row = row[part]
    return str(row)


def _number(one: str, other: str) -> int:
    return crc32((one + other).encode()) - 2**31
