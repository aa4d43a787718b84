"""What is counted, as metrics: after it has been committed."""

from collections.abc import Sequence

from services.notifications.domain.policy import INBOX
from shared.observability import metrics


class Metrics:
    """Counts what left the house."""

    def delivered(self, channel: str, outcome: str) -> None:
        """One attempt, or what was found out about it."""
        metrics.NOTICES.labels(channel, outcome).inc()

    def signed(self, seconds: float) -> None:
        """How long a signature took."""
        metrics.NOTICE_SIGN_SECONDS.observe(seconds)


def count(queued: int, signed: Sequence[float]) -> None:
    """What one transaction has kept: notices in the inbox, and signatures."""
    metrics.NOTICES.labels(INBOX, "sent").inc(queued)
    for seconds in signed:
        metrics.NOTICE_SIGN_SECONDS.observe(seconds)
