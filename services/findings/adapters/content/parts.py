"""What the readers of the several kinds share."""

Part = bytes | tuple[int, int]
"""Bytes put in, or a stretch (from, to) of the file that stays."""


class NotWholeError(Exception):
    """The file is cut off, damaged, or goes on after its end; says which."""
