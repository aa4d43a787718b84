"""Reading and signing: by the recipient only, once, and whoever else asks learns nothing of the notice."""

from datetime import timedelta

import pytest

from services.notifications.application import scope
from services.notifications.domain.errors import UnknownNoticeError
from services.notifications.domain.notice import About, Notice, Text
from shared.contracts.claims import Claims
from tests.unit.notifications.events import COUNTY, NOW, UNIT, assigned, unresolved
from tests.unit.notifications.world import OFFICE, World, cadre, unit

SUPERVISOR = Claims("s-1", "supervisor", COUNTY, "T05")


@pytest.fixture
def world():
    world = World()
    world.deliver(assigned("f-1"), unresolved("f-2"))
    return world


def of(world, recipient):
    return world.notice(recipient=recipient)["_id"]


def test_opening_a_notice_is_kept_with_its_time(world):
    world.now = NOW + timedelta(hours=1)
    answer = world.read(of(world, "C001"), cadre())
    assert (answer["status"], answer["read_at"], answer["version"]) == ("read", world.now, 2)


def test_signing_a_notice_reads_it_too_and_says_who(world):
    answer = world.sign(of(world, "C001"), cadre())
    assert (answer["status"], answer["read_at"], answer["signed_at"], answer["signed_by"]) == (
        "signed", NOW, NOW, "sub-C001",
    )  # fmt: skip


def test_a_second_time_changes_nothing(world):
    first = world.sign(of(world, "C001"), cadre())
    world.now = NOW + timedelta(hours=1)
    assert world.sign(of(world, "C001"), cadre()) == first
    assert world.read(of(world, "C001"), cadre()) == first
    assert len(world.told("notice.signed")) == 1


def test_a_unit_signs_what_is_sent_to_it_and_the_office_what_is_sent_to_the_office(world):
    assert world.sign(of(world, UNIT), unit())["status"] == "signed"
    assert world.sign(of(world, "office"), OFFICE)["status"] == "signed"


@pytest.mark.parametrize(
    ("recipient", "by"),
    [
        ("C001", cadre("C002")), ("C001", Claims("x", "cadre", COUNTY)), ("C001", unit()), ("C001", OFFICE),
        (UNIT, unit("990100002")), (UNIT, unit("990100001001")), (UNIT, cadre()), (UNIT, OFFICE),
        ("office", cadre("office")), ("office", Claims("o", "office", "990100002")),
        ("office", Claims("a", "auditor", COUNTY)), ("C001", SUPERVISOR),
    ],
)  # fmt: skip
def test_nobody_else_reads_or_signs(world, recipient, by):
    for act in (world.read, world.sign):
        with pytest.raises(UnknownNoticeError):
            act(of(world, recipient), by)
    assert world.told("notice.read") == world.told("notice.signed") == []


def test_a_notice_that_does_not_exist_is_refused_alike(world):
    with pytest.raises(UnknownNoticeError):
        world.sign("ghost", cadre())


def a_notice(recipient, area="990100001001"):
    about = About(event="e", event_type="t", area=area)
    return Notice.queue(id="n", recipient=recipient, text=Text("s", "b"), about=about, at=NOW)


@pytest.mark.parametrize(
    ("claims", "recipient", "may"),
    [
        (OFFICE, "C001", True),
        (Claims("o", "office", "990100002"), "C001", False),
        (Claims("c", "commission", COUNTY), "C001", True),
        (Claims("p", "approver", "990100001"), "C001", True),
        (Claims("a", "auditor", COUNTY), "C001", True),
        (SUPERVISOR, "C001", False),
        (SUPERVISOR, "team:T05", True),
        (Claims("s", "supervisor", COUNTY), "team:T05", False),
        (SUPERVISOR, "team:T06", False),
        (unit("990100"), UNIT, True),
        (unit(), UNIT, True),
        (unit(), "C001", False),
        (cadre(), "C001", True),
        (cadre(area="990100002"), "C001", True),
        (cadre("C002"), "C001", False),
        (cadre(UNIT), UNIT, False),
        (Claims("x", "admin", COUNTY), "C001", False),
    ],
)
def test_who_may_read_a_notice(claims, recipient, may):
    assert scope.may_read(claims, a_notice(recipient)) is may
