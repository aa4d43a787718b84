"""What happened to a notice, for those within the service; outgoing.py says what the world is told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One change of a notice, when, and by which role or channel."""

    move: str
    at: datetime
    by: str | None = None


class Queued(NoticeEvent): ...


class Sent(NoticeEvent): ...


class Read(NoticeEvent): ...


class Signed(NoticeEvent): ...


class Refused(NoticeEvent): ...


class Failed(NoticeEvent): ...
