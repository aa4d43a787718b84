"""Lists with many filters: entered by the way that leads to the fewest, looking at a bounded number of documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from shared.persistence.paging import MOST, among_page, before, sifted_page
from shared.persistence.postings import candidates, rows_with
from shared.persistence.transaction import Document, Where

_STEP = 300
"""Documents that a text may be in, which are looked at together."""
MANY = 100_000
"""Keys of an index in another order than the list's that one request puts in order; above it they lead nowhere."""


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


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is looked for, and the rows that lead to documents with it."""

    text: str | None
    postings: Collection[Document]


def search(
    collection: Collection[Document],
    ways: Sequence[Way],
    wanted: Where,
    limit: int,
    cursor: str | None,
    projection: Mapping[str, Any] | None = None,
    most: int = MOST,
    words: Words | None = None,
) -> tuple[list[Document], str | None]:
    """One page, newest first, of those that are `wanted`; the first way leads to all of them.

    It looks at no more than `most` of them: a page may be short, or empty, and still have a next one.
    """
    way, steps = _narrowest(collection, ways, most)
    if words is not None and words.text and steps > min(_STEP, most):
        rows = rows_with(words.postings, words.text)
        if rows is not None:
            return _by_words(collection, words.postings, rows, wanted, limit, cursor, most, projection)
    if way.in_order and way.keys_in is None:
        return sifted_page(collection, way.where, wanted, way.index, limit, cursor, most, projection)
    keys = _keys(collection, way, cursor, most)
    return among_page(collection, keys, wanted, limit, len(keys) == most, projection)


def _by_words(
    collection: Collection[Document],
    postings: Collection[Document],
    rows: Sequence[Document],
    wanted: Where,
    limit: int,
    cursor: str | None,
    most: int,
    projection: Mapping[str, Any] | None,
) -> tuple[list[Document], str | None]:
    """Some at a time: most pages are full after the first."""
    last = None if cursor is None else str(before(cursor))
    found: list[Document] = []
    looked = 0
    while looked < most:
        some = candidates(postings, rows, last, min(_STEP, most))
        page, more = among_page(collection, some.ids, wanted, limit - len(found), some.more, projection)
        found += page
        if more is None or len(found) == limit:
            return found, more
        last, looked = some.ids[-1], looked + len(some.ids)
    return found, more


def _narrowest(collection: Collection[Document], ways: Sequence[Way], most: int) -> tuple[Way, int]:
    """And to how many it leads, as far as they were counted."""
    if len(ways) == 1:
        return ways[0], MANY
    # Of two that lead to many the later one: the first is where everything is.
    walks = [way for way in reversed(ways) if way.in_order]
    walk, steps = min(((way, _count(collection, way, most)) for way in walks), key=lambda one: one[1])
    if steps < most:
        return walk, steps
    others = [(way, _count(collection, way, MANY + 1)) for way in ways if not way.in_order]
    other, keys = min(others, key=lambda one: one[1], default=(walk, MANY + 1))
    return (other, keys) if keys <= MANY else (walk, MANY)


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
