"""The numbers of one request, taken once however often its transaction is repeated."""

from collections import Counter
from typing import Any

from services.findings.application.ports import NumberSeries


class ReservedNumbers:
    """Hands out numbers of blocks that are kept in `memo`, which survives a repetition of the transaction.

    A number that is reserved and then not used (its commit did not happen) stays unused: a gap that is listed.
    """

    def __init__(self, series: NumberSeries, memo: dict[str, Any]) -> None:
        self._series = series
        self._blocks: dict[tuple[str, int], list[int]] = memo.setdefault("numbers", {})
        self._used: Counter[tuple[str, int]] = Counter()

    def reserve(self, county: str, year: int, count: int) -> None:
        """See to it that `count` more numbers are at hand: one step for a whole chunk of findings."""
        key = county, year
        block = self._blocks.setdefault(key, [])
        lacking = self._used[key] + count - len(block)
        if lacking > 0:
            first = self._series.take(county, year, lacking)
            block.extend(range(first, first + lacking))

    def next(self, county: str, year: int) -> int:
        """The next number."""
        self.reserve(county, year, 1)
        key = county, year
        self._used[key] += 1
        return self._blocks[key][self._used[key] - 1]
