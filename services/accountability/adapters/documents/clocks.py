"""Statutory clocks as stored documents, and back. `wake_at` is there while something is to be told of it."""

from datetime import date

from services.accountability.adapters.documents.scope import common
from services.accountability.adapters.documents.stamps import stamp, stamped
from services.accountability.domain.measure_kinds import Source
from services.accountability.domain.measure_parts import Grounds
from services.accountability.domain.statutory_clock import EVENT, About, Done, StatutoryClock
from shared.persistence.transaction import Document


def of_clock(clock: StatutoryClock) -> Document:
    about, grounds, law, done = clock.about, clock.about.grounds, clock.law, clock.done
    return {
        **stamp(clock),
        "rule": clock.rule,
        "title": clock.title,
        "stage": clock.stage,
        "article": law.article,
        "source": law.source,
        "valid_from": law.valid_from.isoformat(),
        "verified": law.verified,
        "about": about.key,
        "measure": about.measure,
        "cadre": about.cadre,
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "scope": common(list(grounds.areas)),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
        "started_on": clock.started_on.isoformat(),
        "due_on": clock.due_on.isoformat(),
        "due_at": clock.due_at,
        "provisional": clock.provisional,
        "remind_at": clock.remind_at,
        "wake_at": clock.wake_at,
        "told": clock.told,
        "running": clock.running,
        "stopped_at": clock.stopped_at,
        "stopped_by": clock.stopped_by,
        "ends": clock.ends,
        "done": None if done is None else {"on": done.on.isoformat(), "note": done.note, "by": done.by},
    }


def to_clock(row: Document) -> StatutoryClock:
    grounds = Grounds(
        case=row["case"],
        findings=tuple(row["findings"]),
        areas=tuple(row["areas"]),
        restricted=row["restricted"],
        handlers=tuple(row["handlers"]),
    )
    valid_from = date.fromisoformat(row["valid_from"])
    return StatutoryClock(
        **stamped(row),
        rule=row["rule"],
        title=row["title"],
        stage=row["stage"],
        law=Source(row["article"], row["source"], valid_from, row["verified"]),
        about=About(row["about"], grounds, row["measure"], row["cadre"]),
        started_on=date.fromisoformat(row["started_on"]),
        due_on=date.fromisoformat(row["due_on"]),
        provisional=row["provisional"],
        remind_at=row["remind_at"],
        told=row["told"],
        stopped_at=row["stopped_at"],
        stopped_by=row["stopped_by"],
        ends=row.get("ends", EVENT),
        done=_to_done(row.get("done")),
    )


def _to_done(row: Document | None) -> Done | None:
    return None if row is None else Done(date.fromisoformat(row["on"]), row["note"], row["by"])
