"""Golden samples of what time alone makes this service say, made by the service itself.

After a meant change of a contract: `python -m tests.contract.findings.clock_samples` writes them anew.
"""

from shared.contracts.envelope import Event
from tests.contract.golden import fixed, write
from tests.unit.findings.clock_world import World


def events() -> dict[str, Event]:
    """By type, the last one of each: a reminder, and the highest level."""
    world = World()
    finding = world.post()
    world.assign(finding, direct="C001", line_leader="C004")
    world.look("2026-03-10 10:00")
    world.look("2026-03-30 10:00")
    return {one.type: fixed(one) for one in world.events("finding.overdue.v1", "clock.due.v1")}


if __name__ == "__main__":
    write(events())
