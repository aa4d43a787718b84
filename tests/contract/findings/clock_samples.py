"""Golden samples of what time alone makes this service say, made by the service itself.

After a meant change of a contract: `python -m tests.contract.findings.clock_samples` writes them anew.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.contracts.envelope import Event, encode
from tests.unit.findings.clock_world import World

FOLDER = Path(__file__).parents[1] / "samples"


def events() -> dict[str, Event]:
    """By type, the last one of each: a reminder, and the highest level."""
    world = World()
    finding = world.post()
    world.assign(finding, direct="C001", line_leader="C004")
    world.look("2026-03-10 10:00")
    world.look("2026-03-30 10:00")
    return {one.type: _fixed(one) for one in world.events("finding.overdue.v1", "clock.due.v1")}


def _fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    return replace(event, id=name, correlationid=name, causationid=None)


def document(event: Event) -> dict[str, Any]:
    """The event as it travels."""
    return dict(json.loads(encode(event)))


if __name__ == "__main__":
    for kind, event in events().items():
        text = json.dumps(document(event), ensure_ascii=False, indent=2, sort_keys=True)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
