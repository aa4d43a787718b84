"""The median of a million values that come in sorted runs: found by halving, without sorting them together."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate


def median(runs: Iterable[Sequence[float]]) -> float | None:
    """Of all values together; None when there are none. Each run is sorted."""
    filled = [run for run in runs if len(run)]
    count = sum(map(len, filled))
    if not count:
        return None
    lower = _at(filled, (count - 1) // 2)
    return lower if count % 2 else (lower + _at(filled, count // 2)) / 2


def _at(runs: Sequence[Sequence[float]], place: int) -> float:
    """The value at this place of all in order."""
    parts = [(run, 0, len(run)) for run in runs]
    while True:
        pivot = _middle(parts)
        found = [
            (bisect_left(run, pivot, low, high), bisect_right(run, pivot, low, high))
            for run, low, high in parts
        ]
        below = sum(left - low for (left, _), (_, low, _) in zip(found, parts, strict=True))
        equal = sum(right - left for left, right in found)
        if place < below:
            parts = [
                (run, low, left) for (left, _), (run, low, _) in zip(found, parts, strict=True) if low < left
            ]
        elif place < below + equal:
            return pivot
        else:
            place -= below + equal
            parts = [
                (run, right, high)
                for (_, right), (run, _, high) in zip(found, parts, strict=True)
                if right < high
            ]


def _middle(parts: Sequence[tuple[Sequence[float], int, int]]) -> float:
    """The weighted median of the runs' own: at least a quarter of all values lies on either side."""
    middles = sorted((run[(low + high) // 2], high - low) for run, low, high in parts)
    upto = list(accumulate(weight for _, weight in middles))
    return middles[bisect_left(upto, upto[-1] / 2)][0]
