"""What the use cases need of the outside: repositories and the unit of work that holds them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from services.accountability.domain.appeal import Appeal
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import Case
from services.accountability.domain.effect import Period
from services.accountability.domain.informant import Informant, InformantRequest
from services.accountability.domain.legality import Verdict
from services.accountability.domain.measure import Kind, Measure
from services.accountability.domain.registers import Cadre, Duty, Registers
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.tally import Tally
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning


class CadreRepository(Protocol):
    def get(self, cadre_id: str) -> Cadre | None: ...

    def load(self, ids: Iterable[str]) -> None:
        """Have them at hand with one round trip; so do the other repositories."""

    def save(self, cadre: Cadre) -> None: ...


class DutyRepository(Protocol):
    def get(self, duty_id: str) -> Duty | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, duty: Duty) -> None: ...


class AssignmentRepository(Protocol):
    def get(self, finding: str) -> Assignment | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, assignment: Assignment) -> None: ...

    def counted_in(self, tally: str, first: date, last: date, limit: int) -> Sequence[Assignment]:
        """Those that count in a tally and were found in this period, both days included, oldest first."""


class UnassignedRepository(Protocol):
    def get(self, entry_id: str) -> Unassigned | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, entry: Unassigned) -> None: ...

    def delete(self, entry_id: str) -> None: ...


class UnassignedQueue(UnassignedRepository, Protocol):
    def behind(self, registers: int, limit: int) -> Sequence[Unassigned]:
        """Entries last tried with an older version of the registers, the longest waiting first."""


class WarningRepository(Protocol):
    def get(self, warning_id: str) -> IssuedWarning | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, warning: IssuedWarning) -> None: ...

    def days_of(self, cadre: str, first: date, last: date) -> Sequence[date]:
        """The days of the findings of his standing warnings, both ends included: each finding once."""


class TallyRepository(Protocol):
    def get(self, cadre: str, category: str) -> Tally:
        """The tally of the pair, empty when nothing was counted yet."""

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, tally: Tally) -> None: ...


class CaseRepository(Protocol):
    """Cases are told once for each transaction, as they are at its end, however often they are saved in it."""

    def get(self, case_id: str) -> Case | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, case: Case) -> None: ...


class MeasureRepository(Protocol):
    def get(self, measure_id: str) -> Measure | None: ...

    def load(self, ids: Iterable[str]) -> None: ...

    def save(self, measure: Measure) -> None: ...

    def of_case(self, case_id: str) -> Sequence[Measure]:
        """Every measure of a case, in the order they came into being."""

    def of_cadre(self, cadre: str) -> Sequence[Measure]:
        """Every measure against a person, in the order they came into being."""


class InformantRepository(Protocol):
    """Under the ids of their cases."""

    def get(self, case_id: str) -> Informant | None: ...

    def save(self, informant: Informant) -> None: ...


class InformantRequestRepository(Protocol):
    def get(self, request_id: str) -> InformantRequest | None: ...

    def save(self, request: InformantRequest) -> None: ...

    def of_case(self, case_id: str) -> Sequence[InformantRequest]: ...


class TalkRepository(Protocol):
    def of_measure(self, measure: str) -> Talk | None: ...

    def save(self, talk: Talk) -> None: ...


class SubmissionRepository(Protocol):
    """Under the ids of their measures."""

    def get(self, measure: str) -> Submission | None: ...

    def save(self, submission: Submission) -> None: ...


class AppealRepository(Protocol):
    def get(self, appeal_id: str) -> Appeal | None: ...

    def of_measure(self, measure: str) -> Appeal | None: ...

    def save(self, appeal: Appeal) -> None: ...


class ClockRepository(Protocol):
    def get(self, clock_id: str) -> StatutoryClock | None: ...

    def save(self, clock: StatutoryClock) -> None: ...

    def about(self, rule: str, key: str, case: str) -> Sequence[StatutoryClock]:
        """Those of a rule about one document of a case, running and stopped."""

    def of_case(self, case_id: str) -> Sequence[StatutoryClock]:
        """Every clock of a case and of what belongs to it."""


class Legality(Protocol):
    """The county's table of what the law allows."""

    def check(
        self, *, cadre: Cadre, kind: str, deciding_body: str, responsibility: str, on: date
    ) -> Verdict: ...

    def combination(self, kinds: Sequence[str]) -> Verdict | None:
        """Whether these may stand in one decision; none where nothing is against it."""

    def after_defence(self, before: Sequence[str], after: Sequence[str]) -> Verdict | None:
        """Nothing gets heavier because a person spoke up; none where it does not."""

    def investigation(self, investigators: Sequence[str]) -> Verdict | None:
        """Whether enough people investigate; none where they do."""

    @property
    def never_heavier(self) -> Verdict:
        """What is said where something would get heavier in another way."""


class MeasureKinds(Protocol):
    def kind(self, code: str, on: date | None = None) -> Kind: ...


class EffectPeriods(Protocol):
    def __call__(self, kind: str, decided_on: date, others: Sequence[Measure]) -> Period | None:
        """The period of a new measure beside the person's others; none for a kind without effect."""


class FindingWork(Protocol):
    """What taking a finding needs: also of a trial, where nothing is stored or told."""

    @property
    def assignments(self) -> AssignmentRepository: ...

    @property
    def unassigned(self) -> UnassignedRepository: ...

    @property
    def warnings(self) -> WarningRepository: ...

    @property
    def tallies(self) -> TallyRepository: ...

    @property
    def cases(self) -> CaseRepository: ...

    def registers(self) -> Registers:
        """Every duty and cadre as this transaction sees them; kept in memory between changes."""


class Work(FindingWork, Protocol):
    """One transaction. `save` tells what happened to the document, too."""

    @property
    def cadres(self) -> CadreRepository: ...

    @property
    def duties(self) -> DutyRepository: ...

    @property
    def unassigned(self) -> UnassignedQueue: ...

    @property
    def measures(self) -> MeasureRepository: ...

    @property
    def informants(self) -> InformantRepository: ...

    @property
    def informant_requests(self) -> InformantRequestRepository: ...

    @property
    def talks(self) -> TalkRepository: ...

    @property
    def submissions(self) -> SubmissionRepository: ...

    @property
    def appeals(self) -> AppealRepository: ...

    @property
    def clocks(self) -> ClockRepository: ...

    def registers_changed(self) -> None:
        """A duty or a cadre was written: whoever keeps the registers in memory reads them again."""

    def record(self, action: str, subject: str) -> None:
        """A line of the audit trail, for what no event tells."""
