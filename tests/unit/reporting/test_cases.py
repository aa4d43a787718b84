"""A case tells its findings only what changes for them: it may be about hundreds."""

from services.reporting.domain.case import KnownCase
from tests.unit.reporting.world import World, case, moved

MANY = [f"f-{n}" for n in range(200)]


def known(*events):
    found = KnownCase("case-1")
    for event in events:
        found.take(event)
    return found


def test_of_a_new_case_all_its_findings_hear():
    assert known().concerned_by(case("case-1", ["f-1", "f-2"])) == {"f-1", "f-2"}


def test_of_one_more_finding_only_that_one_hears():
    told = known(case("case-1", MANY))
    assert told.concerned_by(case("case-1", [*MANY, "f-new"], 2)) == {"f-new"}


def test_of_a_new_status_all_hear_also_the_one_that_it_goes_on_without():
    told = known(case("case-1", ["f-1", "f-2"]))
    assert told.concerned_by(case("case-1", ["f-2"], 2, "verifying")) == {"f-1", "f-2"}


def test_an_older_event_changes_nothing():
    told = known(case("case-1", ["f-1"], 5, "verifying"))
    assert told.take(case("case-1", ["f-1", "f-2"], 4)) == set()
    assert (told.sequence, told.findings, told.told["status"]) == (5, ("f-1",), "verifying")


def test_a_case_that_grows_by_one_writes_no_other_fact_anew():
    world = World()
    world.deliver(*(moved(one) for one in [*MANY, "f-new"]), case("case-1", MANY))
    before = dict(world.database.collections["facts"])
    world.deliver(case("case-1", [*MANY, "f-new"], 2))
    after = world.database.collections["facts"]
    assert {one for one in after if after[one] is not before[one]} == {"f-new"}
    assert world.fact("f-new").cases == world.fact("f-0").cases


def test_a_case_may_come_and_go_within_one_batch():
    world = World()
    world.deliver(moved("f-1"), moved("f-2"))
    world.deliver(case("case-1", ["f-1"]), case("case-1", ["f-1", "f-2"], 2), case("case-1", ["f-2"], 3))
    assert world.fact("f-1").cases == {}
    assert world.fact("f-2").cases == {"case-1": {"status": "opened", "restricted": False}}


def test_a_finding_that_nobody_posted_yet_learns_of_its_case():
    world = World()
    world.deliver(case("case-1", ["f-1"]))
    world.deliver(moved("f-1"))
    assert world.fact("f-1").cases["case-1"]["status"] == "opened"
