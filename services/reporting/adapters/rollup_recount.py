"""Counts the rollups again from the facts, and compares: for `make reconcile`."""

from collections import defaultdict

from services.reporting.adapters import documents, rollups
from services.reporting.adapters.projection import PROJECTION, STATE
from services.reporting.adapters.searching import FACTS
from services.reporting.domain.rollups import Line, Place, Sum, netted, share_of
from services.reporting.domain.view import view
from shared.persistence.database import MongoDatabase

Lines = dict[Place, dict[Line, Sum]]


def other_rollups(database: MongoDatabase) -> list[str]:
    """Rollups that say something else than the facts, all read at one moment."""
    with database.client.start_session(snapshot=True) as session:
        state = database.collection(PROJECTION).find_one({"_id": STATE}, session=session)
        if state is not None and not state["complete"]:
            return ["rollups: what is older than they are is not in them yet (make replay)"]
        counted: Lines = defaultdict(lambda: defaultdict(Sum))
        for row in database.collection(FACTS).find(session=session):
            fact = documents.to_fact(row)
            share = share_of(fact, view(fact))
            _put(counted, rollups.added_up({share: 1}) if share is not None else {})
        kept = {row["_id"]: row for row in database.collection(rollups.ROLLUPS).find(session=session)}
        news = list(database.collection(rollups.NEWS).find(session=session))
    for place, lines in rollups.added_up(
        netted(one for row in news for one in rollups.changes_of(row))
    ).items():
        kept[place.id] = rollups.changed(kept.get(place.id), place, lines) or {}
    wanted = {place.id: rollups.changed(None, place, lines) or {} for place, lines in counted.items()}
    return [
        f"rollup {one}: the facts make another one"
        for one in sorted(kept.keys() | wanted.keys())
        if kept.get(one, {}) != wanted.get(one, {})
    ]


def _put(counted: Lines, added: Lines) -> None:
    for place, lines in added.items():
        for line, found in lines.items():
            into = counted[place][line]
            into.findings += found.findings
            into.items += found.items
            into.seconds.update(found.seconds)
