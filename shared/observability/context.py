"""Who and what the current request or event is: carried beside the code, never through handlers and use cases.

A spawned greenlet starts with an empty context: bind again there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class Context:
    """`correlationid` follows one request through every service; `causationid` is the id of the event being
    handled, none in a request; `actor` is the caller of a request, none while an event is handled."""

    correlationid: str
    causationid: str | None = None
    actor: Claims | None = None
    action: str | None = None


_current: ContextVar[Context | None] = ContextVar("duze_context", default=None)


def current() -> Context | None:
    """The context of this request or event, none outside of both (timers, jobs)."""
    return _current.get()


@contextmanager
def bind(context: Context) -> Iterator[Context]:
    """Make `context` the current one within the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
