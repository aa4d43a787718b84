"""A case through its stages: verified, disposed of, proposed, approved by another person, closed or dismissed."""

from collections.abc import Callable
from datetime import datetime

from services.accountability.application import case_commands as commands
from services.accountability.application.deciding import Deciding
from services.accountability.application.measures import found_on
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Actor, Case
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.errors import InvalidError, UnknownError
from shared.contracts.claims import Claims


class CaseHandling:
    """One method for each move; each answers with the case."""

    def __init__(self, deciding: Deciding, now: Callable[[], datetime]) -> None:
        self._deciding = deciding
        self._now = now

    def verify(self, work: Work, command: commands.VerifyCase) -> Case:
        case, at = case_of(work, command), self._now()
        if command.conduct is not None:
            command.conduct.check("conduct", day_of(at))
        case.verify(
            command.facts, command.title, command.conduct, actor(command.by), at, command.investigators
        )
        return _saved(work, case)

    def write_disposition(self, work: Work, command: commands.WriteDisposition) -> Case:
        """For a person of the chain only: the office's register, or a correction of it, says who that is."""
        case, at = case_of(work, command), self._now()
        person = case.persons.get(command.cadre)
        if person is None:
            raise InvalidError(
                {"cadre": ["is not in the chain of duty of this case; the office corrects the assignment"]}
            )
        disposition = Disposition(
            cadre=command.cadre,
            name=person.name,
            responsibility=command.responsibility,
            written_by=command.by.sub,
            written_at=at,
            measures=command.measures,
            no_action=command.no_action,
            elsewhere=command.elsewhere,
            conduct=command.conduct,
            defence=command.defence,
            defence_waived=command.defence_waived,
        )
        disposition.check(found_on(work, case), day_of(at))
        case.write(disposition, actor(command.by), at)
        return _saved(work, case)

    def report_elsewhere(self, work: Work, command: commands.ReportElsewhere) -> Case:
        case = case_of(work, command)
        case.report_elsewhere(
            command.cadre, command.result, command.reported_on, actor(command.by), self._now()
        )
        return _saved(work, case)

    def supplement(self, work: Work, command: commands.ReasonedMove) -> Case:
        case = case_of(work, command)
        case.supplement(command.reason, actor(command.by), self._now())
        return _saved(work, case)

    def propose(self, work: Work, command: commands.OfCase) -> Case:
        case = case_of(work, command)
        case.propose(actor(command.by), self._now())
        self._deciding.check(work, case, case.unsettled)
        return _saved(work, case)

    def send_back(self, work: Work, command: commands.ReasonedMove) -> Case:
        case = case_of(work, command)
        case.send_back(command.reason, actor(command.by), self._now())
        return _saved(work, case)

    def approve(self, work: Work, command: commands.OfCase) -> Case:
        """The measures come into being with it."""
        case, at = case_of(work, command), self._now()
        decided = case.unsettled
        case.approve(actor(command.by), at)
        self._deciding.check(work, case, decided)
        self._deciding.decide(work, case, decided, command.by.sub, at)
        return _saved(work, case)

    def close(self, work: Work, command: commands.OfCase) -> Case:
        case = case_of(work, command)
        case.close(work.measures.of_case(case.id), actor(command.by), self._now())
        return _saved(work, case)

    def dismiss(self, work: Work, command: commands.ReasonedMove) -> Case:
        case = case_of(work, command)
        case.dismiss(command.reason, actor(command.by), self._now())
        return _saved(work, case)

    def merge(self, work: Work, command: commands.MergeCase) -> Case:
        """Answers with the case that goes on."""
        case = case_of(work, command)
        other = work.cases.get(command.into)
        if other is None or not may_see(other, command.by):
            raise InvalidError({"into": ["no case has this id"]})
        if other is case:
            raise InvalidError({"into": ["is the case itself"]})
        case.merge_into(other, command.reason, actor(command.by), self._now())
        work.assignments.load(case.findings)
        for assignment in map(work.assignments.get, case.findings):
            if assignment is not None:
                assignment.case = other.id
                work.assignments.save(assignment)
        for key in case.tallies:
            tally = work.tallies.get(*key.rsplit("|", 1))
            tally.cases = {rule: other.id if one == case.id else one for rule, one in tally.cases.items()}
            work.tallies.save(tally)
        _saved(work, case)
        return _saved(work, other)

    def limit_access(self, work: Work, command: commands.LimitAccess) -> Case:
        """What belongs to it follows, so that nobody learns from that what the case hides."""
        case, at = case_of(work, command), self._now()
        case.limit_access(command.restricted, command.handlers, actor(command.by), at)
        for measure in work.measures.of_case(case.id):
            measure.limit_access(case.restricted, case.handlers, at)
            work.measures.save(measure)
            talk, appeal = work.talks.of_measure(measure.id), work.appeals.of_measure(measure.id)
            if talk is not None and talk.follow(measure.grounds, at):
                work.talks.save(talk)
            if appeal is not None and appeal.follow(measure.grounds, at):
                work.appeals.save(appeal)
        return _saved(work, case)

    def recuse(self, work: Work, command: commands.Recuse) -> Case:
        case = case_of(work, command)
        case.recuse(command.sub, command.reason, actor(command.by), self._now())
        return _saved(work, case)


def case_of(work: Work, command: commands.OfCase) -> Case:
    """The case that a caller may move, as he has seen it.

    Raises:
        UnknownError: there is none that he may know of.
    """
    case = work.cases.get(command.id)
    if case is None or not may_see(case, command.by):
        raise UnknownError("case")
    command.seen(case.version)
    return case


def may_see(case: Case, by: Claims) -> bool:
    """Whether the caller may know of a case; any other does not exist for him."""
    return all(map(by.covers, case.areas)) and (by.role == "auditor" or case.visible_to(by.sub))


def actor(by: Claims) -> Actor:
    """The caller, as the domain knows him."""
    return Actor(by.sub, by.role)


def _saved(work: Work, case: Case) -> Case:
    work.cases.save(case)
    return case
