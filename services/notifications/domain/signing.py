"""A signing link: lets whoever was sent it sign the notices of one message, each once and for some days, without a
login."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notifications.domain.errors import ExpiredLinkError, NotOfLinkError, UsedLinkError

REMEMBERED = timedelta(days=90)
"""So long after its end a link is still told from one that never was."""


@dataclass(slots=True)
class Link:
    """`digest` is that of its token; `channel` is the one on which it was sent; `used` says when it has signed which of
    its `notices`."""

    digest: str
    notices: tuple[str, ...]
    channel: str
    made_at: datetime
    expires_at: datetime
    used: dict[str, datetime] = field(default_factory=dict)
    forget_at: datetime | None = None

    @classmethod
    def make(
        cls, digest: str, notices: tuple[str, ...], channel: str, now: datetime, lasts: timedelta
    ) -> "Link":
        """A new one."""
        until = now + lasts
        return cls(digest, notices, channel, now, until, forget_at=until + REMEMBERED)

    def require_usable(self, now: datetime) -> None:
        """Raises UsedLinkError or ExpiredLinkError."""
        if len(self.used) == len(self.notices):
            raise UsedLinkError
        if self.expires_at <= now:
            raise ExpiredLinkError

    def use(self, notice: str, now: datetime) -> None:
        """It works this once for this notice.

        Raises:
            UsedLinkError, ExpiredLinkError: as they say.
            NotOfLinkError: it is not for this notice.
        """
        self.require_usable(now)
        if notice not in self.notices:
            raise NotOfLinkError
        if notice in self.used:
            raise UsedLinkError
        self.used[notice] = now
