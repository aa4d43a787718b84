"""Golden samples: one event of each type this service publishes, made by the service itself.

After a meant change of a contract: `python -m tests.contract.reporting.samples` writes them anew.
"""

from datetime import date, time, timedelta

from services.reporting.application.county_day import CountyDay
from services.reporting.domain.schedule import Row
from shared.contracts.envelope import Event
from tests.contract.golden import fixed, write
from tests.unit.reporting.bulletins import BulletinWorld, demo_facts
from tests.unit.reporting.world import COUNTY

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
        found.setdefault(one.type, fixed(one))
    return found


if __name__ == "__main__":
    write(events())
