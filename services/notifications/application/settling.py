"""The end of a message is kept together with what its notices learn of it: so many of them in one transaction.

Where it has failed for good, each notice goes on by the recipient's next channel.
"""

from services.notifications.application.ports import Clock, Trace, Transact, Work
from services.notifications.application.posting import Postbox
from services.notifications.domain.delivery import DeliveryStatus, ended
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.notice import Notice

SETTLED_AT_ONCE = 200


class Settling:
    """Tells notices what became of the messages that carry them."""

    def __init__(self, transact: Transact, postbox: Postbox, trace: Trace, clock: Clock) -> None:
        self._transact = transact
        self._postbox = postbox
        self._trace = trace
        self._clock = clock

    def keep(self, work: Work, dispatch: Dispatch) -> None:
        """Keep the message; once it has ended its notices learn of it."""
        if dispatch.ended:
            carried = work.notices.carried_by(dispatch.id, SETTLED_AT_ONCE)
            for notice in carried:
                self._tell_end(work, notice, dispatch)
            dispatch.settled = len(carried) < SETTLED_AT_ONCE
        work.dispatches.save(dispatch)

    def rest(self, key: str) -> None:
        """Go on until every notice of an ended message knows its end."""
        while not self._transact(lambda work: self._settled(work, key)):
            pass

    def _settled(self, work: Work, key: str) -> bool:
        dispatch = work.dispatches.get(key)
        if dispatch is None or not dispatch.ended or dispatch.settled:
            return True
        self.keep(work, dispatch)
        return dispatch.settled

    def _tell_end(self, work: Work, notice: Notice, dispatch: Dispatch) -> None:
        (delivery,) = [one for one in notice.deliveries if one.dispatch == dispatch.id]
        outcome = ended(
            delivery,
            status=dispatch.status,
            attempts=dispatch.attempts,
            last_error=dispatch.last_error,
            at=dispatch.at or self._clock(),
        )
        following = None
        if dispatch.status is DeliveryStatus.FAILED:
            following = self._postbox.fall_back(work, notice, dispatch.id, self._clock())
        notice.settle(outcome, following)
        with self._trace(notice.about.correlationid, notice.about.event):
            work.notices.save(notice)
