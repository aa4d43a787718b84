"""A signing link: lets whoever was sent it sign one notice, once and for some days, without a login."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.errors import ExpiredLinkError, UsedLinkError

REMEMBERED = timedelta(days=90)
"""So long after its end a link is still told from one that never was."""


@dataclass(slots=True)
class Link:
    """`digest` is that of its token; `channel` is the one on which it was sent."""

    digest: str
    notice: str
    channel: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    forget_at: datetime | None = None

    @classmethod
    def make(cls, digest: str, notice: str, channel: str, now: datetime, lasts: timedelta) -> "Link":
        """A new one."""
        until = now + lasts
        return cls(digest, notice, channel, now, until, forget_at=until + REMEMBERED)

    def require_usable(self, now: datetime) -> None:
        """Raises UsedLinkError or ExpiredLinkError."""
        if self.used_at is not None:
            raise UsedLinkError
        if self.expires_at <= now:
            raise ExpiredLinkError

    def use(self, now: datetime) -> None:
        """It works this once."""
        self.require_usable(now)
        self.used_at = now
