"""Under whose name documents go out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """`head` stands in red on the first page; `signed_by` below the text; `printed_by` at the foot."""

    head: str
    signed_by: str
    printed_by: str
