"""The office's list of findings for which nobody directly responsible was found, or somebody whom nobody knows."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Resolution
from services.accountability.domain.events import ResponsibilityUnresolved
from services.accountability.domain.finding import Finding


@dataclass(slots=True, kw_only=True)
class Unassigned(Aggregate):
    """A finding without a direct person, or with names that the register does not know.

    `tried` is the version of the registers that it was last resolved with: an older one than theirs means that it
    is to be tried again.
    """

    finding: Finding
    resolution: Resolution
    tried: int

    @classmethod
    def enter(
        cls, entry_id: str, finding: Finding, resolution: Resolution, tried: int, at: datetime
    ) -> "Unassigned":
        """A new entry of the list."""
        entry = cls(
            id=entry_id, created_at=at, updated_at=at, finding=finding, resolution=resolution, tried=tried
        )
        entry._tell(at)
        return entry

    def try_again(self, resolution: Resolution, tried: int, at: datetime) -> None:
        """What the newest registers say; told only where the entry says something new."""
        before, self.tried = self.resolution, tried
        if resolution == before:
            return
        self.resolution = resolution
        self._tell(at, before)

    def _tell(self, at: datetime, before: Resolution | None = None) -> None:
        self.changed(at)
        now = self.resolution
        if now.missing and (
            before is None or (before.missing, before.responsible) != (now.missing, now.responsible)
        ):
            self.pending.append(ResponsibilityUnresolved(at))
