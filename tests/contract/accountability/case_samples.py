"""Golden samples of cases and measures, made by the service itself: one event of each type that ends or follows one.

After a meant change of a contract: `python -m tests.contract.accountability.case_samples` writes them anew.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

from services.accountability.application import case_commands as commands
from services.accountability.application.expiry import expire
from shared.contracts.envelope import Event
from tests.contract.accountability.samples import FOLDER, document
from tests.unit.accountability.case_world import CaseWorld, planned

KINDS = (
    "case.closed.v1",
    "case.dismissed.v1",
    "measure.decided.v1",
    "measure.served.v1",
    "measure.revoked.v1",
    "measure.expired.v1",
)


class SampleWorld(CaseWorld):
    """With ids of its own: the other samples are about other cases."""

    def _id(self) -> str:
        return f"of-cases-{super()._id()}"


def produced() -> dict[str, Event]:
    """By type, the last one of each."""
    world = SampleWorld()
    case = world.approved(
        planned("party_warning", decision_no="县纪〔2026〕3号"), planned("criticism_education")
    )
    for measure in world.measures_of(case):
        world.serve(measure.id)
    world.close(case)
    world.move("dismiss", commands.DismissCase, world.a_case("f-2"), reason="查无实据")
    first, second = world.measures_of(case)
    world.revoke(second.id)
    later = datetime(2027, 2, 21, 16, 0, tzinfo=UTC)
    world.work(lambda work: expire(work, first.id, later))
    return {one.type: _fixed(one) for one in world.told() if one.type in KINDS}


def _fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    cause = None if event.causationid == event.id else "sample-cause"
    return replace(event, id=name, correlationid=name, causationid=cause)


if __name__ == "__main__":
    for kind, one in produced().items():
        text = json.dumps(document(one), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
