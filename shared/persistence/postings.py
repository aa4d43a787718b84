"""Texts are found by any part of them, since Chinese has no words to index: by the pairs of characters that it has.

A posting row says which pairs the texts of some documents hold that were written together: one row for all of a
transaction's, so that a pair they share is one key of the index and not one for each of them. A row leads to all its
documents; the text itself decides. What is amended gets another row, and the old one leads to it in vain.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from pymongo.collection import Collection

from shared.persistence.ids import new_id
from shared.persistence.indexes import Index

Document = dict[str, Any]
Texts = Sequence[str | None]

_WINDOW = 8
"""Documents in one row were made within about a minute: their ids (UUIDv7) begin with the same eight digits."""
_PAIRS_TRIED = 12
_COUNTED = 1000
_LAST = [("last", -1)]


@dataclass(frozen=True, slots=True)
class Searched:
    """Documents that are found by their `texts`, through the rows in the collection `postings`."""

    postings: str
    texts: Callable[[Document], Texts]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ids of documents that may hold a text, newest first; `more` may follow behind the last of them."""

    ids: Sequence[str]
    more: bool


def postings_index(collection: str) -> Index:
    """Of posting rows."""
    return Index(collection, [("pairs", 1), *_LAST])


def rows_of(texts: Mapping[str, Texts]) -> Iterator[Document]:
    """The posting rows of documents, by their ids."""
    windows: dict[str, list[str]] = {}
    for key in sorted(texts):
        windows.setdefault(key[:_WINDOW], []).append(key)
    for ids in windows.values():
        pairs = sorted({pair for key in ids for pair in _numbers(texts[key])})
        if pairs:
            yield {"_id": new_id(), "pairs": pairs, "first": ids[0], "last": ids[-1], "ids": ids}


def rows_with(postings: Collection[Document], text: str) -> list[Document] | None:
    """The conditions on rows that may lead to a text, the narrowest first. None for a single character: it makes no
    pair."""
    pairs = sorted(_numbers([text]))[:_PAIRS_TRIED]
    if not pairs:
        return None
    index = postings_index(postings.name).name
    rarest = min(
        pairs, key=lambda pair: postings.count_documents({"pairs": pair}, hint=index, limit=_COUNTED)
    )
    return [{"pairs": rarest}, {"pairs": {"$all": pairs}}]


def candidates(
    postings: Collection[Document], rows: Sequence[Document], before: str | None, most: int
) -> Candidates:
    """The newest documents, before this id, that these `rows` lead to: about `most` at a time."""
    conditions = [*rows]
    if before is not None:
        # A row that has one before it ends in its window at the latest: no row further up is read.
        conditions += [{"last": {"$lt": before[:_WINDOW] + "~"}}, {"first": {"$lt": before}}]
    index = postings_index(postings.name).name
    read = postings.find({"$and": conditions}, {"_id": 0, "ids": 1, "last": 1}, sort=_LAST, hint=index)
    found: set[str] = set()
    for row in read.batch_size(most):
        if len(found) >= most:
            # Rows overlap: what is older than the newest of those that were not read may have others before it.
            return Candidates(_newest(one for one in found if one >= row["last"]), more=True)
        found.update(one for one in row["ids"] if before is None or one < before)
    return Candidates(_newest(found), more=False)


def _newest(ids: Iterable[str]) -> list[str]:
    return sorted(ids, reverse=True)


def _numbers(texts: Texts) -> set[int]:
    """Every pair of neighbouring characters as a number of 32 bits: two pairs that share one cost a look, no more."""
    pairs = {pair for text in texts if text is not None for pair in pairwise(text.casefold())}
    return {crc32((one + other).encode()) - 2**31 for one, other in pairs}
