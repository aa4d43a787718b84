"""Written self-criticisms 书面检查: handed in by the person, accepted or returned by an approver."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.accountability.application import execution_commands as commands
from services.accountability.application.case_commands import OfMeasure
from services.accountability.application.measures import found_on, known_measure
from services.accountability.application.papers import check_paper
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case
from services.accountability.domain.errors import InvalidError, InvalidTransitionError, UnknownError
from services.accountability.domain.measure import SELF_CRITICISM, Measure
from services.accountability.domain.submission import RETURNED, HandedIn, Judgment, Submission
from services.accountability.domain.talk import day_errors

Told = tuple[Submission, Measure]


class SubmissionUseCases:
    """One method for each move; each answers with the submission and its measure."""

    def __init__(self, days: int, now: Callable[[], datetime]) -> None:
        self._days = days
        self._now = now

    def submit(self, work: Work, command: commands.Submit) -> Told:
        """Handed in once the measure is served.

        Raises:
            InvalidTransitionError: the measure asks for none, stands no more, or was not served yet.
            InvalidError: a day that cannot be.
        """
        at, sub = self._now(), command.by.sub
        measure, case, known = self._of(work, command)
        if measure.terms.kind != SELF_CRITICISM or not measure.standing or measure.served is None:
            open_moves = measure.moves_of(command.by.role)
            raise InvalidTransitionError("submission", "measure", measure.status, open_moves)
        check_paper(command.paper, command.by, day_of(at), needed=False)
        errors = day_errors("submitted_at", command.submitted_at, found_on(work, case), at)
        if errors:
            raise InvalidError(errors)
        submission = known or Submission(
            id=measure.id, created_at=at, updated_at=at, cadre=measure.person.cadre
        )
        submission.submit(HandedIn(command.text, command.submitted_at, sub, command.paper), at)
        measure.note_submission(command.submitted_at, at)
        case.note_measure("self_criticism_submitted", measure, sub, at)
        return _saved(work, measure, case, submission)

    def decide(self, work: Work, command: commands.JudgeSubmission) -> Told:
        """A returned one is asked for anew."""
        at, sub = self._now(), command.by.sub
        measure, case, submission = self._of(work, command)
        if submission is None:
            raise UnknownError("self-criticism")
        submission.decide(Judgment(command.result, command.note, at, sub))
        if command.result == RETURNED:
            measure.ask_submission(day_of(at) + timedelta(days=self._days))
            measure.note_submission(None, at)
        case.note_measure(f"self_criticism_{command.result}", measure, sub, at)
        return _saved(work, measure, case, submission)

    @staticmethod
    def _of(work: Work, command: OfMeasure) -> tuple[Measure, Case, Submission | None]:
        """The submission as the caller has seen it; before there is one, the measure."""
        measure, case = known_measure(work, command.id, command.by)
        submission = work.submissions.get(measure.id)
        command.seen(measure.version if submission is None else submission.version)
        return measure, case, submission


def _saved(work: Work, measure: Measure, case: Case, submission: Submission) -> Told:
    work.measures.save(measure)
    work.cases.save(case)
    work.submissions.save(submission)
    return submission, measure
