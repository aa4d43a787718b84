"""专项行动: a campaign groups findings and visits under one code for a time."""

from dataclasses import dataclass
from datetime import date

from services.findings.domain.errors import InvalidError
from services.findings.domain.parts import Stamp


@dataclass(frozen=True, slots=True)
class Campaign:
    """`code` is what findings and visits name; `since` and `until` are its days, both included."""

    id: str
    code: str
    name: str
    since: date
    until: date
    note: str | None
    made: Stamp
    version: int = 1

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise InvalidError({"to": ["lies before from"]})
