"""A case through its stages: verified, disposed of, proposed, approved by another person, closed or dismissed."""

from collections.abc import Callable
from datetime import datetime

from services.accountability.application import case_commands as commands
from services.accountability.application.deciding import Deciding
from services.accountability.application.measures import found_on
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Actor, Case, CaseDocument
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.errors import InvalidError, UnknownError
from shared.contracts.claims import Claims


class CaseHandling:
    """One method for each move; each answers with the case."""

    def __init__(self, deciding: Deciding, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._deciding = deciding
        self._now = now
        self._new_id = new_id

    def verify(self, work: Work, command: commands.VerifyCase) -> Case:
        case, at = self._case(work, command), self._now()
        if command.conduct is not None:
            command.conduct.check("conduct", day_of(at))
        case.verify(
            command.facts, command.title, command.conduct, _actor(command.by), at, command.investigators
        )
        return _saved(work, case)

    def write_disposition(self, work: Work, command: commands.WriteDisposition) -> Case:
        """For a person of the chain only: the office's register, or a correction of it, says who that is."""
        case, at = self._case(work, command), self._now()
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
        case.write(disposition, _actor(command.by), at)
        return _saved(work, case)

    def report_elsewhere(self, work: Work, command: commands.ReportElsewhere) -> Case:
        case = self._case(work, command)
        case.report_elsewhere(
            command.cadre, command.result, command.reported_on, _actor(command.by), self._now()
        )
        return _saved(work, case)

    def supplement(self, work: Work, command: commands.SupplementCase) -> Case:
        case = self._case(work, command)
        case.supplement(command.reason, _actor(command.by), self._now())
        return _saved(work, case)

    def propose(self, work: Work, command: commands.ProposeCase) -> Case:
        case = self._case(work, command)
        case.propose(_actor(command.by), self._now())
        self._deciding.check(work, case, case.unsettled)
        return _saved(work, case)

    def send_back(self, work: Work, command: commands.ReturnCase) -> Case:
        case = self._case(work, command)
        case.send_back(command.reason, _actor(command.by), self._now())
        return _saved(work, case)

    def approve(self, work: Work, command: commands.ApproveCase) -> Case:
        """The measures come into being with it."""
        case, at = self._case(work, command), self._now()
        decided = case.unsettled
        case.approve(_actor(command.by), at)
        self._deciding.check(work, case, decided)
        self._deciding.decide(work, case, decided, command.by.sub, at)
        return _saved(work, case)

    def close(self, work: Work, command: commands.CloseCase) -> Case:
        case = self._case(work, command)
        case.close(work.measures.of_case(case.id), _actor(command.by), self._now())
        return _saved(work, case)

    def dismiss(self, work: Work, command: commands.DismissCase) -> Case:
        case = self._case(work, command)
        case.dismiss(command.reason, _actor(command.by), self._now())
        return _saved(work, case)

    def merge(self, work: Work, command: commands.MergeCase) -> Case:
        """Answers with the case that goes on."""
        case = self._case(work, command)
        other = work.cases.get(command.into)
        if other is None or not may_see(other, command.by):
            raise InvalidError({"into": ["no case has this id"]})
        if other is case:
            raise InvalidError({"into": ["is the case itself"]})
        case.merge_into(other, command.reason, _actor(command.by), self._now())
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

    def add_document(self, work: Work, command: commands.AddDocument) -> Case:
        case, at = self._case(work, command), self._now()
        if command.dated is not None and command.dated > day_of(at):
            raise InvalidError({"dated": ["lies in the future"]})
        document = CaseDocument(
            id=self._new_id(),
            title=command.title,
            added_by=command.by.sub,
            added_at=at,
            number=command.number,
            dated=command.dated,
            text=command.text,
            sha256=command.sha256,
        )
        case.attach(document, _actor(command.by), at)
        return _saved(work, case)

    def limit_access(self, work: Work, command: commands.LimitAccess) -> Case:
        """What belongs to it follows, so that nobody learns from that what the case hides."""
        case, at = self._case(work, command), self._now()
        case.limit_access(command.restricted, command.handlers, _actor(command.by), at)
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
        case = self._case(work, command)
        case.recuse(command.sub, command.reason, _actor(command.by), self._now())
        return _saved(work, case)

    @staticmethod
    def _case(work: Work, command: commands.OfCase) -> Case:
        case = work.cases.get(command.id)
        if case is None or not may_see(case, command.by):
            raise UnknownError("case")
        command.seen(case.version)
        return case


def may_see(case: Case, by: Claims) -> bool:
    """Whether the caller may know of a case; any other does not exist for him."""
    return all(map(by.covers, case.areas)) and (by.role == "auditor" or case.visible_to(by.sub))


def _actor(by: Claims) -> Actor:
    return Actor(by.sub, by.role)


def _saved(work: Work, case: Case) -> Case:
    work.cases.save(case)
    return case
