"""Periods of effect 影响期 of measures."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """In force from `start` through the day before `until`; without `until` it has no end."""

    start: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.start <= on and (self.until is None or on < self.until)
