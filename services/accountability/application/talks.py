"""Talks 谈话: announced, held and recorded, followed up."""

from collections.abc import Callable
from datetime import datetime

from services.accountability.application import execution_commands as commands
from services.accountability.application.case_commands import OfMeasure
from services.accountability.application.measures import found_on, known_measure
from services.accountability.application.ports import Work
from services.accountability.domain.case import Case
from services.accountability.domain.errors import UnknownError
from services.accountability.domain.measure import Measure
from services.accountability.domain.talk import Appointment, FollowUp, Record, Talk


class TalkUseCases:
    """One method for each move; each answers with the talk."""

    def __init__(self, follow_up_days: int, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._follow_up_days = follow_up_days
        self._now = now
        self._new_id = new_id

    def schedule(self, work: Work, command: commands.ScheduleTalk) -> Talk:
        """The person is told: from then on he may know of the case."""
        at, sub = self._now(), command.by.sub
        measure, case, talk = self._of(work, command, at)
        talk.schedule(Appointment(command.at, command.place, sub), found_on(work, case), at)
        measure.note_talk(None, at)
        case.carry_out("talk_scheduled", measure, sub, at)
        return _saved(work, measure, case, talk)

    def record(self, work: Work, command: commands.RecordTalk) -> Talk:
        """It was held, scheduled here or not."""
        at, sub = self._now(), command.by.sub
        measure, case, talk = self._of(work, command, at)
        record = Record(
            held_at=command.held_at,
            place=command.place,
            talkers=command.talkers,
            recorder=command.recorder,
            points=command.points,
            statement=command.statement,
            refusal=command.refusal,
            by=sub,
        )
        cadre = work.cadres.get(measure.person.cadre)
        if cadre is None:
            raise UnknownError("cadre")
        record.check(cadre.card.name, found_on(work, case), at)
        talk.hold(record, self._follow_up_days, at)
        measure.note_talk(record.held_at, at)
        case.carry_out("talk_recorded", measure, sub, at)
        return _saved(work, measure, case, talk)

    def follow_up(self, work: Work, command: commands.FollowUpTalk) -> Talk:
        """回访, as often as it is useful."""
        at, sub = self._now(), command.by.sub
        measure, case, talk = self._of(work, command, at)
        talk.follow_up(FollowUp(command.held_at, command.note, sub), at)
        case.note_measure("talk_followed_up", measure, sub, at)
        work.talks.save(talk)
        work.cases.save(case)
        return talk

    def _of(self, work: Work, command: OfMeasure, at: datetime) -> tuple[Measure, Case, Talk]:
        """The talk as the caller has seen it; before there is one, the measure."""
        measure, case = known_measure(work, command.id, command.by)
        talk = work.talks.of_measure(measure.id)
        command.seen(measure.version if talk is None else talk.version)
        return measure, case, talk or Talk.of(self._new_id(), measure, at)


def _saved(work: Work, measure: Measure, case: Case, talk: Talk) -> Talk:
    work.measures.save(measure)
    work.cases.save(case)
    work.talks.save(talk)
    return talk
