"""A warning 预警提醒: issued by a rule at once; no sanction. It falls when its ground falls."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.events import WarningIssued, WarningRevoked
from services.accountability.domain.finding import Finding
from services.accountability.domain.rules import Because

ISSUED = "issued"
REVOKED = "revoked"


@dataclass(slots=True, kw_only=True)
class IssuedWarning(Aggregate):
    """One for each (finding, cadre, rule) while it stands; `name` is masked."""

    finding: Finding
    cadre: str
    name: str
    because: tuple[Because, ...]
    status: str = ISSUED
    revoked_reason: str | None = None
    received_at: datetime | None = None

    @classmethod
    def issue(
        cls, warning_id: str, finding: Finding, cadre: str, name: str, because: Because, at: datetime
    ) -> "IssuedWarning":
        """Warn a person."""
        warning = cls(
            id=warning_id,
            created_at=at,
            updated_at=at,
            finding=finding,
            cadre=cadre,
            name=name,
            because=(because,),
        )
        warning.changed(at)
        warning.pending.append(WarningIssued(at))
        return warning

    @property
    def standing(self) -> bool:
        """Whether it still counts."""
        return self.status != REVOKED

    def receive(self, received_at: datetime, at: datetime) -> bool:
        """Its notice was signed, or refused before witnesses; the first time counts, periods run from it."""
        if self.received_at is not None:
            return False
        self.received_at = received_at
        self.changed(at)
        return True

    def revoke(self, reason: str, at: datetime) -> None:
        """Its ground fell. A second time nothing happens."""
        if not self.standing:
            return
        self.status = REVOKED
        self.revoked_reason = reason
        self.changed(at)
        self.pending.append(WarningRevoked(at, reason=reason))
