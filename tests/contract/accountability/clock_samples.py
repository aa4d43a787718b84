"""The golden sample of a statutory clock, made by the service itself. Findings say an event of the same type.

After a meant change of the contract: `python -m tests.contract.accountability.clock_samples` writes it anew.
"""

from dataclasses import replace

from shared.contracts.envelope import Event
from tests.contract.golden import FOLDER, write
from tests.unit.accountability.world import World, posted

FILE = FOLDER / "accountability/clock.due.v1.json"


def produced() -> Event:
    """The end of the first clock of a case."""
    world = World()
    world.load_demo()
    world.deliver(posted("finding-1", severity="critical"))
    first = world.all("clocks")[0]
    world.work(lambda work: world.clocks.run_out(work, first["_id"], first["due_at"]))
    (told,) = world.told("clock.")
    return replace(
        told, id="sample-statutory-clock", correlationid="sample-statutory-clock", causationid=None
    )


if __name__ == "__main__":
    write({FILE.stem: produced()}, FILE.parent)
