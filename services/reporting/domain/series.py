"""Series of bulletins' numbers: one for each issuing body's code and year, counting from 1 without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`issuer` is the issuing body's code (发文机关代字); `kinds` are those that it issues, none named: all others."""

    issuer: str
    format: str
    kinds: frozenset[str] = frozenset()

    def number(self, year: int, n: int) -> str:
        """As it stands on paper, such as 示督通〔2026〕3号."""
        return self.format.format(year=year, n=n)


def issuer_of(series: Sequence[Series], kind: str) -> Series:
    """The series that a kind of bulletin is numbered in: the one that names it, else the one for all others."""
    named = next((one for one in series if kind in one.kinds), None)
    return named or next(one for one in series if not one.kinds)
