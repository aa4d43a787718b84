"""Golden samples of talks and appeals, made by the service itself.

After a meant change of a contract: `python -m tests.contract.accountability.execution_samples` writes them anew.
"""

import json
from dataclasses import replace

from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from tests.contract.accountability.samples import FOLDER, document
from tests.unit.accountability.case_world import CaseWorld, planned
from tests.unit.accountability.world import COUNTY

PUBLISHED = [
    "appeal.decided.v1",
    "appeal.lodged.v1",
    "talk.recorded.v1",
    "talk.scheduled.v1",
]
PERSON = Claims("cadre-1", "cadre", COUNTY, cadre="C1")
OTHER = Claims("approver-2", "approver", COUNTY)


class SampleWorld(CaseWorld):
    """With ids of its own: the other samples are about other cases."""

    def _id(self) -> str:
        return f"of-talks-{super()._id()}"


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    world = SampleWorld()
    case = world.approved(planned("admonition_talk"), planned("party_warning"))
    talked, warned = (one.id for one in world.measures_of(case))
    world.schedule(talked)
    world.talk(talked)
    for measure in (talked, warned):
        world.serve(measure)
    world.close(case)
    appeal = world.appeal(warned, PERSON)
    world.decide_appeal(appeal.id, "revoked", OTHER)
    found: dict[str, Event] = {}
    for one in world.told():
        if one.type in PUBLISHED:
            found.setdefault(one.type, _fixed(one))
    return found


def _fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    cause = None if event.causationid == event.id else "sample-cause"
    return replace(event, id=name, correlationid=name, causationid=cause)


if __name__ == "__main__":
    for kind, one in events().items():
        text = json.dumps(document(one), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
