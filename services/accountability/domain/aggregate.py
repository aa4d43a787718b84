"""What every document of this service has: an identity, a version, and what happened to it since it was read."""

from dataclasses import dataclass, field
from datetime import datetime

from services.accountability.domain.events import DomainEvent


@dataclass(slots=True, kw_only=True)
class Aggregate:
    """`published` counts the events that were told to the outside about this document."""

    id: str
    created_at: datetime
    updated_at: datetime
    version: int = 0
    published: int = 0
    pending: list[DomainEvent] = field(default_factory=list)

    def changed(self, at: datetime) -> None:
        """A new version of the document."""
        self.version += 1
        self.updated_at = at
