"""Talks, self-criticisms and appeals as stored documents, and back."""

from typing import Any

from services.accountability.adapters.documents.dispositions import of_conduct, to_conduct
from services.accountability.adapters.documents.scope import common
from services.accountability.adapters.documents.stamps import day, iso, stamp, stamped
from services.accountability.domain.appeal import Appeal, AppealDecision, Statement
from services.accountability.domain.measure_parts import Grounds, Person
from services.accountability.domain.submission import HandedIn, Judgment, Submission
from services.accountability.domain.talk import Appointment, FollowUp, Record, Talk
from services.accountability.domain.warning import Paper
from shared.persistence.transaction import Document


def of_talk(talk: Talk) -> Document:
    record = talk.record
    return {
        **stamp(talk),
        **_of_grounds(talk.grounds),
        **_of_person(talk.person),
        "measure": talk.measure,
        "kind": talk.kind,
        "appointment": None if talk.appointment is None else _plain(talk.appointment, "at", "place", "by"),
        "record": None if record is None else {**_plain(record, *_RECORD), "talkers": list(record.talkers)},
        "follow_up_on": iso(talk.follow_up_on),
        # There while somebody is to be visited again.
        "follow_up_waits": None if talk.follow_ups else iso(talk.follow_up_on),
        "follow_ups": [_plain(one, "held_at", "note", "by") for one in talk.follow_ups],
    }


_RECORD = ("held_at", "place", "recorder", "points", "statement", "refusal", "by")


def to_talk(row: Document) -> Talk:
    record = row["record"]
    return Talk(
        **stamped(row),
        measure=row["measure"],
        kind=row["kind"],
        grounds=_to_grounds(row),
        person=_to_person(row),
        appointment=None if row["appointment"] is None else Appointment(**row["appointment"]),
        record=None if record is None else Record(**{**record, "talkers": tuple(record["talkers"])}),
        follow_up_on=day(row["follow_up_on"]),
        follow_ups=tuple(FollowUp(**one) for one in row["follow_ups"]),
    )


def of_submission(one: Submission) -> Document:
    return {
        **stamp(one),
        "cadre": one.cadre,
        "status": one.status,
        "handed_in": [
            {**_plain(text, "text", "submitted_at", "by"), "paper": _of_paper(text.paper)}
            for text in one.handed_in
        ],
        "judgments": [_plain(judgment, "result", "note", "at", "by") for judgment in one.judgments],
    }


def to_submission(row: Document) -> Submission:
    return Submission(
        **stamped(row),
        cadre=row["cadre"],
        status=row["status"],
        handed_in=tuple(HandedIn(**{**one, "paper": _to_paper(one["paper"])}) for one in row["handed_in"]),
        judgments=tuple(Judgment(**one) for one in row["judgments"]),
    )


def of_appeal(appeal: Appeal) -> Document:
    statement, decision = appeal.statement, appeal.decision
    return {
        **stamp(appeal),
        **_of_grounds(appeal.grounds),
        **_of_person(appeal.person),
        "measure": appeal.measure,
        "kind": appeal.kind,
        "approved_by": appeal.approved_by,
        "statement": {
            **_plain(statement, "grounds", "lodged_at", "by"),
            "paper": _of_paper(statement.paper),
        },
        "status": appeal.status,
        "open": bool(appeal.moves),
        "decision": None if decision is None else _plain(decision, *_DECISION),
    }


_DECISION = ("result", "reason", "body", "at", "by", "replaced_by")


def to_appeal(row: Document) -> Appeal:
    statement = row["statement"]
    return Appeal(
        **stamped(row),
        measure=row["measure"],
        kind=row["kind"],
        grounds=_to_grounds(row),
        person=_to_person(row),
        approved_by=row["approved_by"],
        statement=Statement(**{**statement, "paper": _to_paper(statement["paper"])}),
        status=row["status"],
        decision=None if row["decision"] is None else AppealDecision(**row["decision"]),
    )


def _plain(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _of_grounds(grounds: Grounds) -> Document:
    return {
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "scope": common(list(grounds.areas)),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
    }


def _to_grounds(row: Document) -> Grounds:
    return Grounds(
        case=row["case"],
        findings=tuple(row["findings"]),
        areas=tuple(row["areas"]),
        restricted=row["restricted"],
        handlers=tuple(row["handlers"]),
    )


def _of_person(person: Person) -> Document:
    return {
        "cadre": person.cadre,
        "name": person.name,
        "responsibility": person.responsibility,
        "conduct": of_conduct(person.conduct),
    }


def _to_person(row: Document) -> Person:
    return Person(row["cadre"], row["name"], row["responsibility"], to_conduct(row["conduct"]))


def _of_paper(paper: Paper | None) -> Document | None:
    return None if paper is None else {"on": iso(paper.on), "document": paper.document}


def _to_paper(row: Document | None) -> Paper | None:
    on = None if row is None else day(row["on"])
    return None if row is None or on is None else Paper(on, row["document"])
