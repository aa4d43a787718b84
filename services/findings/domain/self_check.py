"""举一反三: an area is asked to look whether it has the same problem, and answers clean or with its own findings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.errors import SelfCheckAnsweredError
from services.findings.domain.levels import ClockRules, Step
from services.findings.domain.parts import Stamp

Result = Literal["clean", "found"]


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What the area's unit answered; `findings` are the ids of those it posted itself."""

    result: Result
    note: str | None
    findings: tuple[str, ...]
    made: Stamp


@dataclass(slots=True)
class SelfCheck:
    """One area asked because of one finding; due at the end of the day `due` (Asia/Shanghai).

    `level` is the highest overdue level that unit and office were told of.
    """

    id: str
    finding: str
    area: str
    due: date
    note: str | None
    made: Stamp
    answered: CheckAnswer | None = None
    version: int = 1
    level: int = 0

    def require_unanswered(self) -> None:
        """Refuse a second answer."""
        if self.answered is not None:
            raise SelfCheckAnsweredError

    def answer(self, answer: CheckAnswer) -> None:
        """The unit answers, once."""
        self.require_unanswered()
        self.answered = answer
        self.version += 1

    def levels(self, rules: ClockRules) -> list[Step]:
        """The overdue levels that lie before it, as those of any finding; none once it is answered."""
        if self.answered is not None:
            return []
        return list(rules.levels_after(end_of(self.due), self.level, day_of(self.made.at)))

    def is_overdue(self, now: datetime) -> bool:
        """Whether the answer should have come by now."""
        return self.answered is None and now >= end_of(self.due)

    @property
    def is_late(self) -> bool:
        """Whether the answer came after its day."""
        return self.answered is not None and self.answered.made.at >= end_of(self.due)
