"""Lists: entered by the index that leads to the fewest, and looking at a bounded number of findings for each page.

Texts are found by any part of them through an index of their pairs of characters, since Chinese has no words to
index: a pair narrows, the text itself decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from zlib import crc32

from pymongo.collection import Collection

from services.findings.application.queries import Filters
from services.findings.domain.facts import Facts
from services.findings.domain.moves import OPEN
from shared.persistence.paging import page, sifted_page

Document = dict[str, Any]
MOST = 3000
"""So many findings one request looks through; the next page goes on behind them."""
_RARE = 1000
"""Ways to fewer findings than this need not be told apart."""
_PAIRS_TRIED = 12
LEVELS = (6, 9, 12)
"""Digits of the codes that a finding's `reach` holds."""
_SHOWN = {"pairs": False}


def pairs_of(facts: Facts, number: str) -> list[int]:
    """Every pair of neighbouring characters of the texts that are searched, as a number of 32 bits: two pairs that
    share one cost a look, no more."""
    return _pairs(facts.description, facts.suggestion, facts.place.name, number, facts.source_ref)


def page_of(
    findings: Collection[Document],
    filters: Filters,
    reach: str,
    wanted: Mapping[str, Any],
    limit: int,
    cursor: str | None,
) -> tuple[list[Document], str | None]:
    """One page of those that are `wanted`, which is what the filters say and that they concern `reach`; entered by the
    way that leads to the fewest."""
    if not _has_index_of_its_own(filters):
        ways = list(_ways(filters, reach))
        within, index = ways[0] if len(ways) == 1 else min(ways, key=lambda way: _few(findings, *way))
        return sifted_page(findings, within, wanted, index, limit, cursor, MOST, _SHOWN)
    return page(findings, wanted, [("_id", -1)], limit, cursor, _SHOWN)


def _has_index_of_its_own(filters: Filters) -> bool:
    """Days, one number, ids: no list of an index is in their order, or they name a single finding."""
    by_days = filters.date != "posted" and (filters.since or filters.until)
    alone = (filters.number, filters.source_ref, filters.responsible, filters.updated_since, filters.overdue)
    return bool(by_days) or any(alone)


def _ways(filters: Filters, reach: str) -> Iterator[tuple[Document, str]]:
    """Conditions, and the index that serves each in the order of lists."""
    yield {"reach": reach}, "reach_1__id_-1"
    if filters.unit is not None and len(filters.unit) in LEVELS:
        yield {"reach": filters.unit}, "reach_1__id_-1"
    for name in ("status", "team", "group", "campaign"):
        if (value := getattr(filters, name)) is not None:
            yield {name: value}, f"{name}_1__id_-1"
    if filters.open_only:
        yield {"status": {"$in": sorted(OPEN)}}, "status_1__id_-1"
    if filters.flagged:
        yield {"flagged": True}, "flagged_1__id_-1"
    for pair in _pairs(filters.q)[:_PAIRS_TRIED]:
        yield {"pairs": pair}, "pairs_1__id_-1"


def _few(findings: Collection[Document], within: Document, index: str) -> int:
    return findings.count_documents(within, hint=index, limit=_RARE)


def _pairs(*texts: str | None) -> list[int]:
    return sorted({_number(one, other) for text in _folded(texts) for one, other in pairwise(text)})


def _folded(texts: Iterable[str | None]) -> Iterator[str]:
    return (text.casefold() for text in texts if text is not None)


def _number(one: str, other: str) -> int:
    return crc32((one + other).encode()) - 2**31
