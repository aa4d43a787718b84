"""Who may see what was told of a case: a case may be restricted, or opened up, after people were told of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """As the case's event of `at` tells it. `handlers` alone may see it; None: it is not restricted."""

    case: str
    handlers: tuple[str, ...] | None
    at: datetime

    def at_time_of(self, moment: datetime, handlers: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Who may, where an event of `moment` about the case names these `handlers`: the newer one of the two knows."""
        return self.handlers if self.at > moment else handlers
