"""The open connections of a server and how long each may still take: the one place that ends slow ones.

A deadline belongs to a phase (waiting, head, body, drop, answer), so a handler at work is never interrupted, and one
look at all connections twice a second costs less than a timer for each phase of each request.
"""

import math
import socket
import time
from collections.abc import Iterator
from typing import Any

# Seconds. A slow body gets more time the longer it may be, an answer the longer it is.
IDLE = 75.0
HEAD = 10.0
BODY = 30.0
ANSWER = 30.0
SLOWEST_BYTES_A_SECOND = 128 * 1024
# A connection that shows nothing of its request for this long gives way when the server is full.
PATIENCE = 1.0
# One that is still sending a body we want gives way last, and not before this long.
BODY_PATIENCE = 10.0
_PATIENCE_WITH = {"idle": 0.0, "head": PATIENCE, "drop": PATIENCE}


class Connection:
    """One client. `phase` is idle, head, body, drop (of a refused body), work or answer."""

    __slots__ = ("client", "deadline", "expired", "phase", "requests", "since")

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests = 0
        self.expired = False
        self.enter("head", HEAD)

    def enter(self, phase: str, seconds: float | None) -> None:
        """Begin a phase that may last `seconds`, or as long as it needs."""
        self.phase = phase
        self.since = time.monotonic()
        self.deadline = None if seconds is None else self.since + seconds

    def expire(self) -> None:
        """Wake whoever waits for this client. A slow body is only cut off, so that the answer can still be sent."""
        how = socket.SHUT_RD if self.phase in ("body", "drop") and not self.expired else socket.SHUT_RDWR
        self.expired = True
        self.deadline = time.monotonic() + HEAD
        try:
            self.client.shutdown(how)
        except OSError:
            # It is gone already; its own greenlet clears up.
            self.deadline = None


class Connections:
    """All connections of a server."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: dict[int, Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._open.values()))

    @property
    def full(self) -> bool:
        """Whether no further connection may be taken."""
        return len(self._open) >= self.most

    def add(self, client: Any) -> Connection:
        """Take a client in."""
        connection = Connection(client)
        self._open[id(connection)] = connection
        return connection

    def remove(self, connection: Connection) -> None:
        """Forget a client."""
        self._open.pop(id(connection), None)

    def expire_late(self) -> int:
        """End every connection whose time is up; how many."""
        now = time.monotonic()
        late = [c for c in self._open.values() if c.deadline is not None and c.deadline < now]
        for connection in late:
            connection.expire()
        return len(late)

    def give_way(self, most: int = 1) -> int:
        """End up to `most` connections that have waited longest without a request; how many, 0 when all are at work.

        Refused bodies count as no request. Only when there is none of these one slow body has to go.
        """
        now = time.monotonic()
        open_now = [c for c in self._open.values() if not c.expired]
        waiting = [c for c in open_now if now - c.since > _PATIENCE_WITH.get(c.phase, math.inf)]
        if not waiting:
            waiting, most = [c for c in open_now if c.phase == "body" and now - c.since > BODY_PATIENCE], 1
        ended = sorted(waiting, key=lambda c: c.since)[:most]
        for connection in ended:
            connection.expire()
        return len(ended)

    def end_idle(self) -> None:
        """End every connection between two requests."""
        for connection in self:
            if connection.phase == "idle":
                connection.expire()

    def busy(self) -> bool:
        """Whether a request is being read, handled or answered."""
        return any(c.phase in ("body", "drop", "work", "answer") for c in self._open.values())
