"""Finding texts by any part of them: an index of their pairs of characters, since Chinese has no words to index.

A pair narrows; the text itself decides. A search looks at a bounded number of findings, whatever it asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from zlib import crc32

from pymongo.collection import Collection

from services.findings.domain.facts import Facts
from shared.persistence.indexes import Index
from shared.persistence.paging import sifted_page

Document = dict[str, Any]
MOST = 5000
"""So many findings one request looks through; the next page goes on behind them."""
_RARE = 1000
"""Ways to fewer findings than this need not be told apart."""
_PAIRS_TRIED = 12


def search_indexes(collection: str) -> tuple[Index, Index]:
    """Pairs and areas, each in the order of lists."""
    return Index(collection, [("pairs", 1), ("_id", -1)]), Index(collection, [("reach", 1), ("_id", -1)])


def pairs_of(facts: Facts, number: str) -> list[int]:
    """Every pair of neighbouring characters of the texts that are searched, as a number of 32 bits: two pairs that
    share one cost a look, no more."""
    return _pairs(facts.description, facts.suggestion, facts.place.name, number, facts.source_ref)


def search(
    findings: Collection[Document],
    words: str,
    reach: str,
    wanted: Mapping[str, Any],
    limit: int,
    cursor: str | None,
) -> tuple[list[Document], str | None]:
    """One page of those that are `wanted`, among them that they hold `words` and concern `reach`."""
    by_pair, by_reach = search_indexes(findings.name)
    ways = [({"pairs": pair}, by_pair.name) for pair in _pairs(words)[:_PAIRS_TRIED]]
    ways.append(({"reach": reach}, by_reach.name))
    within, index = min(ways, key=lambda way: findings.count_documents(way[0], hint=way[1], limit=_RARE))
    return sifted_page(findings, within, wanted, index, limit, cursor, MOST, {"pairs": False})


def _pairs(*texts: str | None) -> list[int]:
    return sorted({_number(one, other) for text in _folded(texts) for one, other in pairwise(text)})


def _folded(texts: Iterable[str | None]) -> Iterator[str]:
    return (text.casefold() for text in texts if text is not None)


def _number(one: str, other: str) -> int:
    return crc32((one + other).encode()) - 2**31
