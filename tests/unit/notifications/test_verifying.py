"""Addresses entered by hand: no message before a code that was sent there has been read out."""

from datetime import timedelta

import pytest

from services.notifications.application.commands import Entry, GivenChannel, ImportContacts, SetContact
from services.notifications.application.verifying import VerifyContact
from services.notifications.domain.errors import (
    InvalidError,
    NothingToVerifyError,
    NoValidCodeError,
    UnknownContactError,
)
from shared.contracts.claims import Claims
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.world import OFFICE, World

ADDRESS = "new@demo.invalid"
FIRST, SECOND = "000100", "000200"


def enter(world, *channels, who="C001"):
    command = SetContact(who, channels, None, None, OFFICE)
    return world.work(lambda work: world.do.set_contact(work, command))[0]


def verify(world, code, kind="email", by=OFFICE):
    return world.work(lambda work: world.verifying.verify(work, VerifyContact("C001", kind, code, by)))


@pytest.fixture
def world():
    world = World()
    enter(world, GivenChannel("email", ADDRESS))
    return world


def test_a_code_is_sent_and_nothing_else_before_it_was_read_out(world):
    world.deliver(assigned("f-1"))
    (letter,) = world.send()
    assert (letter.address, letter.text.subject) == (ADDRESS, "联系方式验证码")
    assert FIRST in letter.text.body
    assert verify(world, FIRST)["channels"] == [{"kind": "email", "address": ADDRESS, "verified": True}]
    world.deliver(assigned("f-2"))
    (notice,) = world.send_at(NOW + timedelta(minutes=10))
    assert (notice.address, "督〔2026〕1号" in notice.text.body) == (ADDRESS, True)


def test_the_code_itself_is_kept_nowhere(world):
    world.send()
    kept = str([world.all(one) for one in ("codes", "dispatches", "contacts", "outbox", "notices")])
    assert FIRST not in kept
    assert ADDRESS not in str(world.all("codes"))


def test_a_wrong_code_counts_and_after_five_the_right_one_works_no_more(world):
    world.send()
    for left in (4, 3, 2, 1, 0):
        refusal = verify(world, "999999")
        assert isinstance(refusal, InvalidError)
        assert refusal.errors == {"code": [f"is not the code that was sent; {left} attempts are left"]}
    with pytest.raises(NoValidCodeError):
        verify(world, FIRST)


def test_a_code_expires_after_half_an_hour(world):
    world.send()
    world.now = NOW + timedelta(minutes=30)
    with pytest.raises(NoValidCodeError):
        verify(world, FIRST)


def test_a_new_code_replaces_the_one_before(world):
    world.send()
    verify(world, None)
    assert SECOND in world.send()[0].text.body
    assert isinstance(verify(world, FIRST), InvalidError)
    assert verify(world, SECOND)["reachable"] is True


def test_before_anything_was_sent_no_code_works(world):
    with pytest.raises(NoValidCodeError):
        verify(world, FIRST)


def test_a_code_works_for_the_address_that_it_was_sent_to_alone(world):
    world.send()
    enter(world, GivenChannel("email", "other@demo.invalid"))
    assert isinstance(verify(world, FIRST), InvalidError)


def test_a_code_works_once(world):
    world.send()
    verify(world, FIRST)
    with pytest.raises(NothingToVerifyError):
        verify(world, FIRST)


def test_what_was_verified_stays_so_when_it_is_entered_again_and_no_code_is_sent(world):
    world.send()
    verify(world, FIRST)
    again = enter(world, GivenChannel("email", ADDRESS), GivenChannel("inbox"))
    assert again["channels"][0]["verified"] is True
    assert world.send() == []


def test_an_address_that_the_office_has_verified_itself_or_imported_needs_no_code():
    world = World()
    enter(world, GivenChannel("email", ADDRESS, True))
    command = ImportContacts([Entry("C002", "email", ("b@demo.invalid",), (2,))], OFFICE)
    world.work(lambda work: world.do.import_contacts(work, command))
    assert world.send() == []
    with pytest.raises(NothingToVerifyError):
        verify(world, FIRST)


def test_what_nothing_can_be_sent_to_gets_no_code():
    world = World()
    enter(world, GivenChannel("paper", "县政府1号楼"), GivenChannel("inbox"))
    assert world.all("dispatches") == []


def test_an_office_elsewhere_verifies_nothing(world):
    with pytest.raises(UnknownContactError):
        verify(world, FIRST, by=Claims("o", "office", "990200"))
