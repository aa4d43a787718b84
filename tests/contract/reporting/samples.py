"""Golden samples: one event of each type this service publishes, made by the service itself.

After a meant change of a contract: `python -m tests.contract.reporting.samples` writes them anew.
"""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from services.reporting.application.county_day import CountyDay
from services.reporting.domain.schedule import Row
from shared.contracts.envelope import Event, encode
from tests.unit.reporting.bulletins import BulletinWorld, demo_facts
from tests.unit.reporting.world import COUNTY

FOLDER = Path(__file__).parents[1] / "samples"
_ROW = Row(
    id="daily", kind="daily", area=COUNTY, at=time(18), each="every_day", days=1, valid_from=date(2026, 1, 1)
)


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    world = BulletinWorld(demo_facts())
    day = CountyDay((_ROW,), world.drafting)
    for later in (timedelta(), timedelta(days=1)):
        day.turn(world.transact, world.now + later)
    bulletin = world.published()["id"]
    new = world.correct(bulletin)["id"]
    world.approve(new)
    world.publish(new)
    found: dict[str, Event] = {}
    for one in world.told():
        found.setdefault(one.type, _fixed(one))
    return found


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
