"""Golden samples: one event of each type this service publishes, made by the service itself.

After a meant change of a contract: `python -m tests.contract.notifications.samples` writes them anew.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.notifications.application.lines import Letter, PermanentError
from shared.contracts.envelope import Event, encode
from tests.unit.notifications.events import UNIT, assigned, warned
from tests.unit.notifications.world import World, cadre

FOLDER = Path(__file__).parents[1] / "samples"


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    world = World(answer=_refuse_the_unit)
    world.reachable("C001", UNIT)
    world.deliver(
        *(replace(one, id=f"sample-{one.type}") for one in (warned("finding-1"), assigned("finding-1")))
    )
    world.send()
    warning = world.notice(event_type="warning.issued.v1")["_id"]
    world.read(warning, cadre())
    world.sign(warning, cadre())
    refused = world.notice(event_type="responsibility.assigned.v1", recipient="C001")["_id"]
    world.record("refuse", refused, witnesses=["见证甲", "见证乙"], reason="本人拒绝", at=None)
    found: dict[str, Event] = {}
    for one in world.told():
        found.setdefault(one.type, _fixed(one))
    return found


def _refuse_the_unit(letter: Letter) -> None:
    if letter.address.startswith("unit"):
        raise PermanentError("the mail server refused the recipient (550)")


def _fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    cause = None if event.causationid == event.id else "sample-cause"
    return replace(event, id=name, correlationid=name, causationid=cause)


def document(event: Event) -> dict[str, Any]:
    """The event as it travels."""
    return dict(json.loads(encode(event)))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for kind, event in events().items():
        text = json.dumps(document(event), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
