"""A written self-criticism 书面检查: asked for with the service of its measure, handed in, accepted or returned."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.errors import InvalidTransitionError, SamePersonError
from services.accountability.domain.warning import Paper

ASKED, SUBMITTED, ACCEPTED, RETURNED = "asked", "submitted", "accepted", "returned"
RESULTS = (ACCEPTED, RETURNED)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One text; `by` entered it, from `paper` where it was not the person himself."""

    text: str
    submitted_at: datetime
    by: str
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Judgment:
    """Whether it will do."""

    result: str
    note: str | None
    at: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class Submission(Aggregate):
    """Everything handed in for one measure, under the measure's own id, and what was said of it."""

    cadre: str
    status: str = ASKED
    handed_in: tuple[HandedIn, ...] = ()
    judgments: tuple[Judgment, ...] = ()

    @property
    def moves(self) -> tuple[str, ...]:
        """What may be done with it now."""
        if self.status == ACCEPTED:
            return ()
        return ("submission/decide",) if self.status == SUBMITTED else ("submission",)

    def submit(self, one: HandedIn, at: datetime) -> None:
        """The person has written it, for the first time or anew."""
        self._open("submission")
        self.status = SUBMITTED
        self.handed_in = (*self.handed_in, one)
        self.changed(at)

    def decide(self, judgment: Judgment) -> None:
        """Somebody else than who entered it says whether it will do."""
        self._open("submission/decide")
        if self.handed_in[-1].by == judgment.by:
            raise SamePersonError("who entered the self-criticism may not decide on it")
        self.status = judgment.result
        self.judgments = (*self.judgments, judgment)
        self.changed(judgment.at)

    def _open(self, move: str) -> None:
        if move not in self.moves:
            # The one move that is open then is somebody else's.
            raise InvalidTransitionError(move, "self-criticism", self.status, ())
