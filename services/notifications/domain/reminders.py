"""When somebody is reminded of a notice that nobody has signed, and whom of the chain is told in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.calendar import Calendar
from services.notifications.domain.notice import Notice

PASSED_ON = "unsigned:"
"""How the event of what a leader is told begins: the rest is the notice that nobody has signed."""


@dataclass(frozen=True, slots=True)
class ReceiptRules:
    """The county's numbers: after how many working days the recipient is reminded and the next leader told, and how
    long a signing link lasts."""

    days: Calendar
    remind_after: int
    leader_after: int
    link_lasts: timedelta

    def remind_at(self, queued_at: datetime) -> datetime:
        """When its recipient is reminded."""
        return self.days.after(queued_at, self.remind_after)

    def leader_at(self, notice: Notice) -> datetime | None:
        """When the next leader is told of it; never of what a leader was told in this way."""
        if notice.about.event.startswith(PASSED_ON):
            return None
        return self.days.after(notice.queued_at, self.leader_after)


def next_leader(recipient: str, leaders: Sequence[str]) -> str | None:
    """The one above the recipient; above whoever is no leader himself the first."""
    above = leaders[leaders.index(recipient) + 1 :] if recipient in leaders else leaders
    return next((one for one in above if one != recipient), None)
