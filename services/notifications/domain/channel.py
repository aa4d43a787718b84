"""An outside channel: what may leave by it in a minute, whether people have stopped it, and how it fares.

A channel has lanes, each limited for itself: a robot of a chat group is one, so is the address of a webhook; all else
goes by the one lane of our account with the provider.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(seconds=61)
"""A little more than one: what left first may have arrived later than what left last."""
ROBOT = "robot:"
"""A WeCom address of a group's robot (its key follows); any other is a member of the enterprise."""
WECOM_ROBOT = "wecom_robot"
_LANES = frozenset({"dingtalk", "webhook", WECOM_ROBOT})
_DIGITS = 16


def rule_of(kind: str, address: str) -> str:
    """The row of the county's table that limits messages to an address."""
    return WECOM_ROBOT if kind == "wecom" and address.startswith(ROBOT) else kind


def lane_of(kind: str, address: str) -> str:
    """The lane that an address belongs to; it does not betray the address."""
    if rule_of(kind, address) not in _LANES:
        return ""
    return hashlib.sha256(f"{kind}:{address}".encode()).hexdigest()[:_DIGITS]


@dataclass(slots=True)
class Throttle:
    """What left by one lane in the last minute, and from when on more may leave."""

    channel: str
    lane: str
    recent: tuple[datetime, ...] = ()
    open_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether a message may leave now."""
        return self.open_at is None or self.open_at <= now

    def took(self, per_minute: int | None, now: datetime) -> bool:
        """A message leaves. Whether that has to be remembered: not where there is no limit."""
        if per_minute is None:
            return False
        since = now - MINUTE
        self.recent = (*(one for one in self.recent if one > since), now)
        if len(self.recent) >= per_minute:
            self.open_at = self.recent[-per_minute] + MINUTE
        return True

    def rest(self, until: datetime) -> None:
        """The other side wants nothing before then."""
        self.open_at = until if self.open_at is None else max(self.open_at, until)


@dataclass(slots=True)
class ChannelState:
    """Whether people have stopped the channel, and what is wrong with it since when."""

    kind: str
    paused: bool = False
    paused_by: str | None = None
    paused_at: datetime | None = None
    fault: str | None = None
    fault_since: datetime | None = None
    version: int = 0

    def pause(self, by: str, at: datetime) -> bool:
        """Nothing leaves by it any more; what waits, waits. Whether anything changed."""
        if self.paused:
            return False
        self.paused, self.paused_by, self.paused_at = True, by, at
        self.version += 1
        return True

    def resume(self) -> bool:
        """What waits leaves. Whether anything changed."""
        if not self.paused:
            return False
        self.paused, self.paused_by, self.paused_at = False, None, None
        self.version += 1
        return True

    def fails(self, fault: str, at: datetime) -> bool:
        """It does not answer. Whether that is new."""
        if self.fault == fault:
            return False
        self.fault, self.fault_since = fault, self.fault_since or at
        self.version += 1
        return True

    def answers(self) -> bool:
        """It answers. Whether that is new."""
        if self.fault is None:
            return False
        self.fault, self.fault_since = None, None
        self.version += 1
        return True
