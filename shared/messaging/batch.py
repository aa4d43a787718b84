"""The effect of a batch of events: one transaction with the inbox rows, the effects and the outbox rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from shared.contracts.envelope import Event
from shared.messaging import inbox
from shared.messaging.intake import Received
from shared.observability import context
from shared.persistence.database import Database
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Transaction

QUARANTINE = "quarantine"
# Well under the server's own limit of 60 s for a transaction.
TIMEOUT = 10.0
_SENT_BACK = ("redriving", "redriven")

Handler = Callable[[Event, Any], None]


class App(Protocol):
    """What messaging needs of a service's application.

    Optional: `prefetch(work, events)`; `stale(work, event)`, which may be called again for the same event.
    """

    @property
    def database(self) -> Database: ...

    def unit_of_work(self, transaction: Transaction) -> Any: ...


class Batch:
    """Applies events with a service's handlers. `alive` is asked between events and raises to give up."""

    def __init__(
        self, *, app: App, handlers: Mapping[str, Handler], other: Handler | None, alive: Callable[[], None]
    ) -> None:
        self._app = app
        self._handlers = handlers
        self._other = other
        self._alive = alive
        self._prefetch: Callable[[Any, Sequence[Event]], None] | None = getattr(app, "prefetch", None)
        self._stale: Handler | None = getattr(app, "stale", None)

    def apply(self, received: Sequence[Received]) -> list[str]:
        """Give each event its effect and commit; the outcome of each: applied, duplicate, stale or ignored.

        Raises:
            UnavailableError: the database did not answer; nothing, or (a commit unknown) everything has happened.
            Exception: whatever a handler raised; nothing has happened.
        """
        heard = [one for one in received if self._handler(one.event) is not None]
        back = [one for one in received if one.redriven]
        if not heard and not back:
            return ["ignored"] * len(received)
        now = utc_now()

        def work(transaction: Transaction) -> list[str]:
            claimed = inbox.claim(transaction, [one.event for one in heard], now)
            outcomes = {id(one): claim.outcome for one, claim in zip(heard, claimed, strict=True)}
            self._work(transaction, heard, outcomes)
            named = [_outcome(outcomes.get(id(one))) for one in received]
            for one, outcome in zip(received, named, strict=True):
                if one.redriven:
                    _settle(transaction, one.redriven, outcome, now)
            return named

        return self._app.database.transact(work, timeout=TIMEOUT)

    def _handler(self, event: Event) -> Handler | None:
        return self._handlers.get(event.type, self._other)

    def _work(self, transaction: Transaction, heard: Sequence[Received], outcomes: Mapping[int, str]) -> None:
        unit = self._app.unit_of_work(transaction)
        fresh = [one.event for one in heard if outcomes[id(one)] == "fresh"]
        if fresh and self._prefetch:
            self._prefetch(unit, fresh)
        for one in heard:
            act = self._act(one, outcomes[id(one)])
            if act is None:
                continue
            self._alive()
            with context.bind(context.Context(one.event.correlationid, causationid=one.event.id)):
                act(one.event, unit)

    def _act(self, one: Received, outcome: str) -> Callable[[Any, Any], None] | None:
        if outcome == "fresh":
            return self._handler(one.event)
        if outcome == "stale" and self._stale:
            stale = self._stale
            return lambda event, unit: stale(unit, event)
        return None


def _outcome(claimed: str | None) -> str:
    return "ignored" if claimed is None else "applied" if claimed == "fresh" else claimed


def _settle(transaction: Transaction, key: str, outcome: str, now: Any) -> None:
    """A message sent back from the quarantine has arrived: done, or no longer wanted."""
    row = transaction.get(QUARANTINE, key)
    if row is None or row.get("state") not in _SENT_BACK:
        return
    state = "closed" if outcome in ("stale", "duplicate") else "redriven"
    transaction.replace(QUARANTINE, {**row, "state": state, "settled_at": now, "outcome": outcome})
