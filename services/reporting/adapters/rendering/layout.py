"""What PDF and DOCX share of the layout."""

_LINE = 442.2
"""The width of a line in points: 156 mm."""
_LARGEST, _SMALLEST = 46.0, 26.0


def head_size(head: str) -> float:
    """Of the red head in points: as large as one line takes it, within bounds."""
    return round(min(_LARGEST, max(_SMALLEST, _LINE / max(len(head), 1) * 0.98)), 1)
