"""What the law says of the measures of a person taken together, at proposal and at approval."""

import pytest

from services.accountability.domain.errors import MeasureRefusedError
from tests.unit.accountability.case_world import CaseWorld, planned


@pytest.fixture
def world():
    return CaseWorld()


def verified(world, **told):
    case = world.a_case()
    world.verify(case, **told)
    world.dispose(case, "C2")
    return case


def refusal(world, case, move="propose"):
    with pytest.raises(MeasureRefusedError) as refused:
        getattr(world, move)(case)
    (found,) = refused.value.extra["refused"]
    return found


def test_one_investigator_is_too_few_and_the_article_says_so(world):
    case = verified(world, investigators=("张某",))
    world.dispose(case, "C1", planned("party_warning"))
    assert refusal(world, case)["reasons"][0]["article"]


@pytest.mark.parametrize("investigators", [(), ("张某", "王某")], ids=["not known", "two"])
def test_two_are_enough_and_what_is_not_known_refuses_nothing(world, investigators):
    case = verified(world, investigators=investigators)
    world.dispose(case, "C1", planned("party_warning"))
    assert world.propose(case).investigators == investigators
    assert world.approve(case).status == "approved"


def test_nothing_gets_heavier_after_a_defence(world):
    case = verified(world)
    world.dispose(case, "C1", planned("party_warning"), defence_waived=None)
    world.dispose(case, "C1", planned("party_serious_warning"), defence_waived=None, defence="已当场整改")
    found = refusal(world, case)
    assert (found["cadre"], found["kind"]) == ("C1", "party_serious_warning")
    assert found["reasons"][0]["article"]
    # Written anew it is compared with what was meant when he spoke, not with the version between.
    world.dispose(case, "C1", planned("party_serious_warning"), defence_waived=None, defence="已当场整改。")
    refusal(world, case)
    world.dispose(case, "C1", planned("party_warning"), defence_waived=None, defence="已当场整改")
    assert world.propose(case).status == "proposed"


def test_it_may_get_lighter_after_a_defence(world):
    case = verified(world)
    world.dispose(case, "C1", planned("party_serious_warning"), defence_waived=None)
    world.dispose(case, "C1", planned("party_warning"), defence_waived=None, defence="已当场整改")
    assert world.propose(case).status == "proposed"


def test_a_defence_written_with_the_first_version_is_compared_with_nothing(world):
    case = verified(world)
    world.dispose(case, "C1", planned("party_serious_warning"), defence_waived=None, defence="无异议")
    assert world.propose(case).status == "proposed"


def test_what_became_known_before_the_approval_stops_it_there(world):
    case = verified(world)
    world.dispose(case, "C1", planned("party_warning"))
    world.propose(case)

    def one_left(work):
        found = work.cases.get(case)
        found.investigators = ("张某",)
        work.cases.save(found)

    world.work(one_left)
    assert refusal(world, case, "approve")["reasons"][0]["article"]
    assert world.measures_of(case) == []
