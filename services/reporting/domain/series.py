"""Series of bulletins' numbers: one for each issuing body's code and year, counting from 1 without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`issuer` is the issuing body's code (发文机关代字); `kinds` are those that it issues, none named: all others;
    `area` is where it does (a township's own), none: everywhere."""

    issuer: str
    format: str
    kinds: frozenset[str] = frozenset()
    area: str = ""

    def number(self, year: int, n: int) -> str:
        """As it stands on paper, such as 示督通〔2026〕3号."""
        return self.format.format(year=year, n=n)


def issuer_of(series: Sequence[Series], kind: str, area: str) -> Series:
    """The series that a bulletin of an area is numbered in: of those that name its kind the one of the smallest area
    around it, else the one for all others."""
    fitting = [one for one in series if area.startswith(one.area) and (kind in one.kinds or not one.kinds)]
    return max(fitting, key=lambda one: (bool(one.kinds), len(one.area)))
