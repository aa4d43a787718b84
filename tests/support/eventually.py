"""Waiting for what happens in another process, without a fixed sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# What a look into an unfinished world may raise: a failed assertion, a row that is not there yet, an
# answer that is not what it will be, a server that does not listen yet.
NOT_YET = (AssertionError, LookupError, ValueError, StopIteration, OSError)


def eventually(look: Callable[[], T], seconds: float = 60, every: float = 0.1) -> T:
    """Call `look` until it neither raises one of NOT_YET nor answers False; what it answered.

    Raises:
        AssertionError: after `seconds`, with what the last look said.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except NOT_YET as exc:
            last: BaseException | str = exc
        else:
            if found is not False:
                return found
            last = "it answered False"
        if time.monotonic() > deadline:
            cause = last if isinstance(last, BaseException) else None
            raise AssertionError(f"not within {seconds} s: {type(last).__name__} {last}") from cause
        time.sleep(every)
