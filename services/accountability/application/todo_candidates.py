"""What may wait for somebody, as the list of what waits asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from services.accountability.domain.appeal import Appeal
from services.accountability.domain.case import Case
from services.accountability.domain.informant import InformantRequest
from services.accountability.domain.measure import Measure
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning

MOST = 500
"""So many of each kind are looked at: nobody works through more from a list."""


class Candidates(Protocol):
    """What may wait for somebody within an area, the longest waiting first, at most MOST of each."""

    def cases(self, reach: str, statuses: Sequence[str]) -> Sequence[Case]: ...

    def elsewhere(self, reach: str, due: date) -> Sequence[Case]:
        """Those of which something handled elsewhere was due by that day and is not known yet."""

    def measures(self, cases: Iterable[str]) -> Mapping[str, Sequence[Measure]]:
        """By case."""

    def clocks(self, reach: str) -> Sequence[StatutoryClock]:
        """Running ones, the first to end first."""

    def clocks_of(self, cases: Iterable[str]) -> Sequence[StatutoryClock]:
        """Running ones of these cases."""

    def objected(self, reach: str) -> Sequence[IssuedWarning]: ...

    def unassigned(self, reach: str) -> Sequence[Unassigned]: ...

    def asked(self) -> Sequence[tuple[InformantRequest, Case]]:
        """Requests for the name of an informant that nobody has decided on."""

    def to_visit(self, reach: str, today: date) -> Sequence[Talk]:
        """Talks after which the person is to be visited again by today."""

    def to_judge(self) -> Sequence[Submission]:
        """Self-criticisms that were handed in."""

    def appealed(self, reach: str) -> Sequence[Appeal]:
        """Appeals that nobody has decided on, or whose varied measure has no other in its place."""

    def by_id(self, measures: Iterable[str]) -> Mapping[str, Measure]: ...

    def warnings_of(self, cadre: str) -> Sequence[IssuedWarning]:
        """His standing ones."""

    def measures_of(self, cadre: str) -> Sequence[Measure]: ...
