"""A disposition 处理意见: what is to become of one person of a case. Written by people, approved by another one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.accountability.domain.errors import InvalidError

RESPONSIBILITIES = ("direct", "main_leader", "important_leader", "supervisory")
TALK, WRITTEN = "talk", "written"
FORMS = (TALK, WRITTEN)
# The one measure that is carried out by a talk or in writing; every other has one form only.
TWO_FORMS = "admonition_talk"


@dataclass(frozen=True, slots=True)
class Conduct:
    """When what is held against people was done, both days included."""

    start: date
    end: date

    def check(self, path: str, today: date) -> None:
        """Refuse a period that ends before it begins, or that is not over."""
        if self.end < self.start:
            raise InvalidError({f"{path}.to": ["lies before from"]})
        if self.end > today:
            raise InvalidError({f"{path}.to": ["lies in the future"]})


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A measure as it is proposed. `documents` are the ids of the case's documents, `basis` the articles relied on,
    `publish` says that the decision names the person to the whole county."""

    kind: str
    deciding_body: str
    decided_on: date
    form: str | None = None
    decision_no: str | None = None
    documents: tuple[str, ...] = ()
    basis: str | None = None
    publish: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Handled by somebody else, who is asked after it from the due day on until its `result` is known."""

    by: str
    due: date
    result: str | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """Exactly one of `measures`, `no_action` (with its reason) and `elsewhere`. `name` is masked.

    `responsibility` is the judgment of people, never filled from the duty. `defence` is what the person said for
    himself; where he expressly waived it, `defence_waived` says how that is known. `before_defence` are the kinds of
    measures that were meant for him when he spoke; None where no version without his defence was written. Once
    approved it stands.
    """

    cadre: str
    name: str
    responsibility: str
    written_by: str
    written_at: datetime
    measures: tuple[PlannedMeasure, ...] = ()
    no_action: str | None = None
    elsewhere: Elsewhere | None = None
    conduct: Conduct | None = None
    defence: str | None = None
    defence_waived: str | None = None
    before_defence: tuple[str, ...] | None = None
    approved_at: datetime | None = None

    @property
    def outcome(self) -> str:
        """Which of the three it is."""
        if self.measures:
            return "measures"
        return "elsewhere" if self.elsewhere is not None else "no_action"

    @property
    def heard(self) -> bool:
        """Whether the person was heard, or waived it, as far as he must be: before measures."""
        return not self.measures or self.defence is not None or self.defence_waived is not None

    def after(self, earlier: "Disposition | None") -> "Disposition":
        """This one in the place of an earlier version: what was meant when the person spoke is kept."""
        if earlier is None or self.defence is None:
            return self
        meant = earlier.before_defence
        if earlier.defence is None:
            meant = tuple(one.kind for one in earlier.measures) or None
        return replace(self, before_defence=meant)

    def check(self, first_day: date, today: date) -> None:
        """Refuse days that cannot be: a decision lies between the day of the finding and today."""
        if self.conduct is not None:
            self.conduct.check("conduct", today)
        _check_measures(self.measures, first_day, today)


def _check_measures(measures: Sequence[PlannedMeasure], first_day: date, today: date) -> None:
    errors: dict[str, list[str]] = {}
    kinds: set[str] = set()
    for position, one in enumerate(measures):
        path = f"outcome.measures.{position}"
        if one.decided_on < first_day:
            errors[f"{path}.decided_on"] = [f"lies before the day of the finding ({first_day.isoformat()})"]
        elif one.decided_on > today:
            errors[f"{path}.decided_on"] = ["lies in the future"]
        if one.form is not None and one.kind != TWO_FORMS:
            errors[f"{path}.form"] = [f"is for {TWO_FORMS} only"]
        if one.kind in kinds:
            errors[f"{path}.kind"] = ["stands twice"]
        kinds.add(one.kind)
    if errors:
        raise InvalidError(errors)
