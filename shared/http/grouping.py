"""Group commit: requests that arrive while others are being committed share the next transaction.

Most of a small write is the way to the database and back. A group goes it once; each of its requests is answered after
the commit of the group, and only then. A request that is refused takes back what it alone has written. Where a group
comes to nothing (a unique key that another process took, a fault in one of them), each of its requests runs once more,
alone.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import eventlet
from eventlet.event import Event
from pymongo.errors import PyMongoError

from shared.http import idempotency
from shared.http.answers import Answer
from shared.persistence.errors import DuplicateError, UnavailableError
from shared.persistence.transaction import Transaction

if TYPE_CHECKING:
    from shared.http.kernel import App
    from shared.http.request import Request

Expect = Callable[[Any, Any, Sequence["Request"]], None]
"""`expect(app, work, requests)` reads once what the handlers of all of them will ask for. It writes nothing."""
MOST = 32
_GROUP_SHARE = 0.8
"""Of the time that is left: the rest is for those that must run once more, alone."""


@dataclass(frozen=True, slots=True)
class Member:
    """One request's part of a transaction; `slot` is where its idempotency record is, `scope` who is asking."""

    request: "Request"
    slot: str | None
    scope: Callable[[], AbstractContextManager[None]]
    work: Callable[[Transaction, Any], Answer]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _NotUndoneError(Exception):
    """A refused request had read what it had written, which has been sent with that: the group cannot go on."""


class _Signal:
    """What a waiting request is told instead of an outcome."""


_LEAD, _ALONE = _Signal(), _Signal()
_Outcome = Answer | _Failed | _Signal


@dataclass(slots=True, eq=False)
class _Place:
    member: Member
    until: float
    turn: Event = field(default_factory=Event)

    @property
    def left(self) -> float:
        """Seconds until it must be answered."""
        return max(self.until - time.monotonic(), 0.05)


class GroupCommit:
    """The requests of one route. `expect` is called before them with those that are not repeats."""

    def __init__(self, app: "App", expect: Expect) -> None:
        self._app = app
        self._expect = expect
        self._waiting: deque[_Place] = deque()
        self._led = False

    def run(self, member: Member, seconds: float) -> Answer:
        """The answer, once it is safe.

        Raises:
            UnavailableError: not within `seconds`.
            Exception: what the request's own work raised.
        """
        place = _Place(member, time.monotonic() + seconds)
        self._waiting.append(place)
        # While one group is being committed the next one gathers.
        outcome = self._wait(place) if self._led else _LEAD
        if outcome is _LEAD:
            self._led = True
            outcome = self._lead(place)
        if outcome is _ALONE:
            return self._alone(member, place.left)
        if isinstance(outcome, _Failed):
            raise outcome.error
        assert isinstance(outcome, Answer), "whoever has led has an outcome"
        return outcome

    def _wait(self, place: _Place) -> _Outcome:
        try:
            place.turn.wait(timeout=place.left)
        except BaseException:
            # Only an end of this greenlet comes here (a dropped client, the process's end). It goes on upwards; that
            # nobody waits for it any more is all that is done, and nothing of it has been written.
            self._leave(place)
            raise
        if not place.turn.ready() and place in self._waiting:
            self._waiting.remove(place)
            raise UnavailableError("the requests before it took too long", undone=True)
        # Its group has begun, and ends in bounded time: whoever goes now would not know what has become of it.
        outcome: _Outcome = place.turn.wait()
        return outcome

    def _leave(self, place: _Place) -> None:
        """It is being ended while it waits: nobody may count on it."""
        if place in self._waiting:
            self._waiting.remove(place)
            if place.turn.ready():
                self._hand_over()

    def _lead(self, own: _Place) -> _Outcome:
        """Commit a group with `own` in it, and hand the lead to the next."""
        group: list[_Place] = []
        outcomes: Sequence[_Outcome] = ()
        try:
            self._gather()
            group = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            outcomes = self._outcomes(group)
        finally:
            if not outcomes:
                # Only when this process is being ended in the middle of it.
                outcomes = [_Failed(UnavailableError("the service is stopping"))] * len(group)
                if own in self._waiting:
                    self._waiting.remove(own)
            for place, outcome in zip(group, outcomes, strict=True):
                if place is not own:
                    place.turn.send(outcome)
            self._hand_over()
        return outcomes[group.index(own)]

    def _gather(self) -> None:
        """Let those that have been read already come in; nobody waits for what is not there yet."""
        before = 0
        while before < len(self._waiting) < MOST:
            before = len(self._waiting)
            eventlet.sleep(0)

    def _hand_over(self) -> None:
        if self._waiting:
            self._waiting[0].turn.send(_LEAD)
        else:
            self._led = False

    def _outcomes(self, group: Sequence[_Place]) -> Sequence[_Outcome]:
        members = [place.member for place in group]
        try:
            if len(group) == 1:
                return [self._alone(members[0], group[0].left)]
            seconds = min(place.left for place in group) * _GROUP_SHARE
            return self._app.database.transact(lambda tx: self._together(tx, members), timeout=seconds)
        except UnavailableError as exc:
            return [_ALONE if exc.undone and len(group) > 1 else _Failed(exc)] * len(group)
        except PyMongoError as exc:
            return [_Failed(exc)] * len(group)
        except Exception as exc:  # noqa: BLE001 - whose fault it is shows when each runs alone, which answers with it
            return [_ALONE] * len(group) if len(group) > 1 else [_Failed(exc)]

    def _together(self, tx: Transaction, members: Sequence[Member]) -> list[_Outcome]:
        unit = self._app.unit_of_work(tx)
        kept = tx.get_many(idempotency.COLLECTION, [one.slot for one in members if one.slot is not None])
        self._expect(self._app, unit, [one.request for one in members if one.slot not in kept])
        return [_one(tx, unit, member) for member in members]

    def _alone(self, member: Member, seconds: float) -> Answer:
        return self._app.database.transact(
            lambda tx: member.work(tx, self._app.unit_of_work(tx)), timeout=seconds
        )


def _one(tx: Transaction, unit: Any, member: Member) -> _Outcome:
    back = tx.savepoint()
    try:
        with member.scope():
            answer = member.work(tx, unit)
            # What is to be written before the commit is this request's, and told in its name.
            tx.run_hooks()
            return answer
    except (PyMongoError, DuplicateError, UnavailableError):
        raise
    except Exception as exc:
        if not back():
            raise _NotUndoneError from exc
        return _Failed(exc)
