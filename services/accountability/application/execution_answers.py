"""Talks, self-criticisms and appeals as those may see them who may know of them."""

from services.accountability.application.answers import Answer, stamp
from services.accountability.domain.appeal import Appeal, AppealDecision
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import CadreCard
from services.accountability.domain.submission import ASKED, Submission
from services.accountability.domain.talk import Record, Talk
from services.accountability.domain.warning import Paper


def of_talk(talk: Talk, card: CadreCard | None) -> Answer:
    appointment = talk.appointment
    scheduled = None if appointment is None else {"at": appointment.at, "place": appointment.place}
    return {
        **stamp(talk),
        "measure": talk.measure,
        "case": talk.grounds.case,
        "cadre": talk.person.cadre,
        "name": talk.person.name if card is None else card.name,
        "kind": talk.kind,
        "status": talk.status,
        "scheduled": scheduled,
        **_record(talk.record),
        "follow_up_on": talk.follow_up_on,
        "follow_ups": [{"held_at": one.held_at, "note": one.note, "by": one.by} for one in talk.follow_ups],
        "moves": talk.moves,
    }


def _record(record: Record | None) -> Answer:
    """Flat, as it was sent; empty while it was not held."""
    names = ("held_at", "place", "talkers", "recorder", "points", "statement", "refusal")
    told = {name: None if record is None else getattr(record, name) for name in names}
    return {**told, "signed": None if record is None else record.refusal is None}


def of_submission(submission: Submission | None, measure: Measure) -> Answer:
    """Before anything was handed in, what is asked for."""
    latest = submission.handed_in[-1] if submission is not None else None
    stamped = measure if submission is None else submission
    return {
        **stamp(stamped),
        "measure": measure.id,
        "case": measure.grounds.case,
        "cadre": measure.person.cadre,
        "status": ASKED if submission is None else submission.status,
        "due": measure.submission_due,
        "text": None if latest is None else latest.text,
        "submitted_at": None if latest is None else latest.submitted_at,
        "paper": None if latest is None else _paper(latest.paper),
        "times": 0 if submission is None else len(submission.handed_in),
        "judgments": []
        if submission is None
        else [
            {"result": one.result, "note": one.note, "at": one.at, "by": one.by}
            for one in submission.judgments
        ],
        "moves": ("submission",) if submission is None else submission.moves,
    }


def of_appeal(appeal: Appeal, card: CadreCard | None) -> Answer:
    statement = appeal.statement
    return {
        **stamp(appeal),
        "measure": appeal.measure,
        "case": appeal.grounds.case,
        "areas": appeal.grounds.areas,
        "cadre": appeal.person.cadre,
        "name": appeal.person.name if card is None else card.name,
        "kind": appeal.kind,
        "status": appeal.status,
        "grounds": statement.grounds,
        "lodged_at": statement.lodged_at,
        "paper": _paper(statement.paper),
        "decision": _decision(appeal.decision),
        "moves": appeal.moves,
    }


def _decision(one: AppealDecision | None) -> Answer | None:
    if one is None:
        return None
    return {
        "result": one.result,
        "reason": one.reason,
        "body": one.body,
        "at": one.at,
        "by": one.by,
        "replaced_by": one.replaced_by,
    }


def _paper(paper: Paper | None) -> Answer | None:
    return None if paper is None else {"on": paper.on, "document": paper.document}
