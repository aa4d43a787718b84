"""How alike two texts are."""

from rapidfuzz import fuzz


def likeness(one: str, other: str) -> float:
    """0 to 100: the share of characters that stand in both in the same order."""
    return float(fuzz.ratio(one, other))
