"""The number of a finding: `督〔2026〕<n>号`, n from 1 by county and year of posting, never used twice."""

from dataclasses import dataclass

_COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number, its parts and its text."""

    county: str
    year: int
    n: int
    text: str


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the county writes it: a text with `{year}` and `{n}`."""

    pattern: str

    def number(self, county: str, year: int, n: int) -> Number:
        """The n-th number of a county and year."""
        return Number(county, year, n, self.pattern.format(year=year, n=n))


def county_of(area: str) -> str:
    """The county an area code lies in: its first six digits."""
    return area[:_COUNTY_DIGITS]
