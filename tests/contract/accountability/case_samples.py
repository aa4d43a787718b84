"""Golden samples of what is told of decided cases: measures, talks, appeals; made by the service itself.

After a meant change of a contract: `python -m tests.contract.accountability.case_samples` writes them anew.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

from services.accountability.application.expiry import expire
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from tests.contract.accountability.samples import FOLDER as SAMPLES
from tests.contract.accountability.samples import document
from tests.unit.accountability.case_world import CaseWorld, planned
from tests.unit.accountability.world import COUNTY

FOLDER = SAMPLES / "accountability"
PUBLISHED = [
    "appeal.decided.v1",
    "appeal.lodged.v1",
    "case.closed.v1",
    "measure.decided.v1",
    "measure.expired.v1",
    "measure.revoked.v1",
    "measure.served.v1",
    "talk.recorded.v1",
    "talk.scheduled.v1",
]
PERSON = Claims("cadre-1", "cadre", COUNTY, cadre="C1")
OTHER = Claims("approver-2", "approver", COUNTY)


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    world = CaseWorld()
    case = world.approved(planned("admonition_talk"), planned("party_warning"))
    talked, warned = (one.id for one in world.measures_of(case))
    world.schedule(talked)
    world.talk(talked)
    for measure in (talked, warned):
        world.serve(measure)
    world.close(case)
    appeal = world.appeal(warned, PERSON)
    world.decide_appeal(appeal.id, "revoked", OTHER)
    ended = datetime(2026, 8, 22, tzinfo=UTC)
    world.work(lambda work: expire(work, talked, ended))
    found: dict[str, Event] = {}
    for one in world.told():
        if one.type in PUBLISHED:
            found.setdefault(one.type, _fixed(one))
    return found


def _fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    return replace(event, id=name, correlationid=name, causationid=event.causationid and "sample-cause")


if __name__ == "__main__":
    for kind, one in events().items():
        text = json.dumps(document(one), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
