"""Appeals 申诉: lodged by the person, or recorded from paper; decided by somebody else than who approved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.accountability.application import execution_commands as commands
from services.accountability.application.deciding import Deciding
from services.accountability.application.measures import known_measure, measure_and_case
from services.accountability.application.papers import check_paper
from services.accountability.application.ports import EffectPeriods, Work
from services.accountability.application.recombining import recombine
from services.accountability.domain.appeal import UPHELD, Appeal, AppealDecision, Statement
from services.accountability.domain.calendar import day_of, end_of
from services.accountability.domain.case import Case
from services.accountability.domain.errors import AppealedAlreadyError, InvalidError, UnknownError
from services.accountability.domain.measure import VARIED, Measure
from services.accountability.domain.measure_parts import Revocation
from services.accountability.domain.warning import Paper


@dataclass(frozen=True, slots=True)
class AppealUseCases:
    """`body_label` words the code of a deciding body."""

    deciding: Deciding
    periods: EffectPeriods
    body_label: Callable[[str], str]
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def lodge(self, work: Work, command: commands.LodgeAppeal) -> Appeal:
        """Nothing of the execution is suspended by it."""
        at, sub = self.now(), command.by.sub
        measure, case = measure_and_case(work, command)
        check_paper(command.paper, command.by, day_of(at), needed=True)
        known = work.appeals.of_measure(measure.id)
        if known is not None:
            raise AppealedAlreadyError(known.id)
        statement = Statement(command.grounds, _lodged_at(command.paper, at), sub, command.paper)
        appeal = Appeal.lodge(self.new_id(), measure, statement, command.by.role, at)
        case.note_measure("appeal_lodged", measure, sub, at)
        work.cases.save(case)
        work.appeals.save(appeal)
        return appeal

    def decide(self, work: Work, command: commands.DecideAppeal) -> Appeal:
        """Upheld, or the measure falls; a lighter one may take its place, never a heavier one.

        Raises:
            UnknownError, RecusedError, InvalidTransitionError, SamePersonError, InvalidError, MeasureRefusedError.
        """
        at, sub = self.now(), command.by.sub
        appeal, measure, case = _known(work, command)
        appeal.may("decide", sub)
        if command.measure is not None and command.result != VARIED:
            raise InvalidError({"measure": ["is for a varied one only"]})
        body = command.body or self.body_label(measure.terms.deciding_body)
        replaced_by = None
        if command.result != UPHELD:
            self._end(work, measure, command, body)
        if command.measure is not None:
            replaced_by = self._put_lighter(work, measure, case, command.measure, sub, at)
        appeal.decide(AppealDecision(command.result, command.reason, body, at, sub, replaced_by))
        case.note_measure(f"appeal_{command.result}", measure, sub, at, command.reason)
        work.cases.save(case)
        work.appeals.save(appeal)
        return appeal

    def replace(self, work: Work, command: commands.ReplaceVaried) -> Appeal:
        """What takes the place of a varied measure, where the decision named nothing: never a heavier one.

        Raises:
            UnknownError, RecusedError, InvalidTransitionError, SamePersonError, InvalidError, MeasureRefusedError.
        """
        at, sub = self.now(), command.by.sub
        appeal, measure, case = _known(work, command)
        appeal.may("replace", sub)
        appeal.name_lighter(self._put_lighter(work, measure, case, command.measure, sub, at), sub, at)
        work.cases.save(case)
        work.appeals.save(appeal)
        return appeal

    def _end(self, work: Work, measure: Measure, command: commands.DecideAppeal, body: str) -> None:
        """It is no more, also when it was revoked meanwhile."""
        at, sub = self.now(), command.by.sub
        if measure.standing:
            measure.revoke(Revocation(command.reason, body, at, sub), command.result)
            work.measures.save(measure)
            recombine(work, self.periods, measure, at)

    def _put_lighter(
        self,
        work: Work,
        measure: Measure,
        case: Case,
        lighter: commands.LighterMeasure,
        by: str,
        at: datetime,
    ) -> str:
        """Its id."""
        terms = lighter.planned(measure.terms.decided_on)
        made = self.deciding.replace(work, measure, terms, by, at)
        case.note_measure("measure_varied", made, by, at)
        return made.id


def _known(
    work: Work, command: commands.DecideAppeal | commands.ReplaceVaried
) -> tuple[Appeal, Measure, Case]:
    """An appeal that the caller may know of, as he has seen it."""
    appeal = work.appeals.get(command.appeal)
    if appeal is None:
        raise UnknownError("appeal")
    try:
        measure, case = known_measure(work, appeal.measure, command.by)
    except UnknownError:
        raise UnknownError("appeal") from None
    command.seen(appeal.version)
    return appeal, measure, case


def _lodged_at(paper: Paper | None, now: datetime) -> datetime:
    """What came on paper counts from the beginning of its day."""
    return now if paper is None else end_of(paper.on) - timedelta(days=1)
