"""What the outside is told of talks and appeals: that, when and where; never what was said."""

from typing import Any

from services.accountability.application.event_parts import change, day, moment
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.events import AppealDecided, AppealLodged, DomainEvent, TalkRecorded
from services.accountability.domain.measure_parts import Grounds, Person
from services.accountability.domain.talk import Talk
from shared.contracts import accountability as contract

Data = dict[str, Any]
Message = tuple[str, Data]


def talk_message(talk: Talk, event: DomainEvent) -> Message:
    if isinstance(event, TalkRecorded):
        return contract.TALK_RECORDED_V1, _talk(talk, event, "recorded")
    return contract.TALK_SCHEDULED_V1, _talk(talk, event, "scheduled")


def appeal_message(appeal: Appeal, event: AppealLodged | AppealDecided) -> Message:
    if isinstance(event, AppealDecided):
        return contract.APPEAL_DECIDED_V1, _appeal(appeal, event, appeal.status)
    return contract.APPEAL_LODGED_V1, _appeal(appeal, event, "lodged")


def _talk(talk: Talk, event: DomainEvent, move: str) -> Data:
    appointment, record = talk.appointment, talk.record
    place = record.place if record else None if appointment is None else appointment.place
    return {
        **_of_case(talk.grounds, talk.person),
        "talk": talk.id,
        "measure": talk.measure,
        "kind": talk.kind,
        "status": talk.status,
        "at": moment(None if appointment is None else appointment.at),
        "place": place,
        "held_at": moment(None if record is None else record.held_at),
        "follow_up_on": day(talk.follow_up_on),
        "version": talk.version,
        "change": change(event, move),
    }


def _appeal(appeal: Appeal, event: DomainEvent, move: str) -> Data:
    decision = appeal.decision
    return {
        **_of_case(appeal.grounds, appeal.person),
        "appeal": appeal.id,
        "measure": appeal.measure,
        "status": appeal.status,
        "lodged_at": moment(appeal.statement.lodged_at),
        "decided_at": moment(None if decision is None else decision.at),
        "version": appeal.version,
        "change": change(event, move),
    }


def _of_case(grounds: Grounds, person: Person) -> Data:
    return {
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
        "cadre": person.cadre,
        "name": person.name,
    }
