"""How much one caller may ask for in a minute, counted in this process."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from shared.http.problems import Problem

_SWEEP_AT = 10_000


class CounterStorage(Storage):
    """Counters in a dictionary. The library's own memory storage starts a thread for every hit."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._counters: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        count, until = self._counters.get(key, (0, 0.0))
        if until <= now:
            if len(self._counters) >= _SWEEP_AT:
                self._counters = {k: entry for k, entry in self._counters.items() if entry[1] > now}
            count, until = 0, now + expiry
        self._counters[key] = count + amount, until
        return count + amount

    def get(self, key: str) -> int:
        count, until = self._counters.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        forgotten = len(self._counters)
        self._counters.clear()
        return forgotten

    def clear(self, key: str) -> None:
        self._counters.pop(key, None)


class RateLimit:
    """`per_minute` requests for each subject; 0 means no limit."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute > 0 else None
        self._limiter = FixedWindowRateLimiter(CounterStorage())

    def hit(self, subject: str) -> None:
        """Count one request.

        Raises:
            Problem: 429 with Retry-After once the limit is passed.
        """
        if self._item is None or self._limiter.hit(self._item, subject):
            return
        reset = self._limiter.get_window_stats(self._item, subject).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        raise Problem(
            429, "rate_limited", "too many requests in this minute", headers={"Retry-After": str(wait)}
        )
