"""Golden samples: one event of each type this service publishes, made by the service itself.

After a meant change of a contract: `python -m tests.contract.accountability.samples` writes them anew.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.contracts.envelope import Event, encode
from tests.unit.accountability.world import TOWNSHIP, World, event, posted, state, withdrawn

FOLDER = Path(__file__).parents[1] / "samples"


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    world = World()
    world.cadre("C001", "赵测试", identity=("party_member", "village_org"))
    world.duty("C001-1", "C001")
    world.cadre("C004", "李卫东", area=TOWNSHIP, identity=("civil_servant",))
    world.duty("C004-1", "C004", TOWNSHIP, "line_leader")
    serious: dict[str, Any] = {"severity": "serious", "immediate": True, "suggestion": "立即安排专人值守"}
    for number, day in enumerate((14, 16, 18, 20), 1):
        serious |= {"number": f"督〔2026〕{number}号", "found_at": f"2026-02-{day}T10:00:00+08:00"}
        world.deliver(posted(f"finding-{number}", **serious))
    world.deliver(withdrawn("finding-4", **serious))
    world.deliver(posted("finding-5", number="督〔2026〕5号", area="990100001002"))
    # Transferred to where nobody answers.
    world.deliver(event(state("finding-3", number="督〔2026〕3号", area="990100003001", version=2), 2))
    found: dict[str, Event] = {}
    for one in world.told():
        found.setdefault(one.type, _fixed(one))
    return found


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
    for kind, one in events().items():
        text = json.dumps(document(one), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
