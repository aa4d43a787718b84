"""Whether a message was taken: asked where there is a key, sent again where it is taken once, else for a person."""

from datetime import timedelta

import pytest

from services.notifications.adapters.memory import RecordingSender
from services.notifications.application.attempts import ASK_AFTER
from services.notifications.application.lines import LostError, Recovery, Standing, Word
from services.notifications.application.recovering import ASK_AGAIN
from services.notifications.domain.dispatch import LEASE, PATIENCE
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.test_sending import Killed, Script
from tests.unit.notifications.world import RETRY_AFTER, World


def a_world(recovery, *answers):
    world = World(also={"sms": RecordingSender(Script(*answers), recovery)})
    world.contact("C001", sms="13800000000")
    world.deliver(assigned("f-1"))
    return world, world.senders["sms"]


def sms(world):
    return next(one for one in world.notice(recipient="C001")["deliveries"] if one["channel"] == "sms")


def killed_while_sending(recovery):
    world, sender = a_world(recovery, Killed())
    with pytest.raises(Killed):
        world.send()
    world.sending = world.another_sender()
    world.now = NOW + LEASE
    return world, sender


def test_what_the_provider_has_is_sent_and_not_sent_again():
    world, sender = killed_while_sending(Recovery.ASK)
    sender.word = Word(Standing.TAKEN, "theirs-7")
    world.recovering.tidy()
    assert (sms(world)["status"], world.all("dispatches")[0]["provider_id"]) == ("sent", "theirs-7")
    world.send_at(NOW + timedelta(days=3))
    assert sender.letters == []
    assert world.tally.outcomes == {("sms", "sent"): 1}


def test_what_the_provider_has_not_got_is_sent_again_under_the_same_key():
    world, sender = killed_while_sending(Recovery.ASK)
    sender.word = Word(Standing.ABSENT)
    world.recovering.tidy()
    world.send_at(NOW + LEASE + RETRY_AFTER[0])
    (letter,) = sender.letters
    assert (letter.id, sms(world)["status"]) == (world.all("dispatches")[0]["_id"], "sent")


def test_what_the_provider_refused_after_all_has_failed():
    world, sender = killed_while_sending(Recovery.ASK)
    sender.word = Word(Standing.REFUSED)
    world.recovering.tidy()
    assert sms(world)["status"] == "failed"


def test_a_provider_that_cannot_say_is_asked_again_and_in_the_end_a_person_is():
    world, sender = killed_while_sending(Recovery.ASK)
    world.recovering.tidy()
    assert world.all("dispatches")[0]["lease_until"] == NOW + LEASE + ASK_AGAIN
    sender.outage = "no answer"
    world.now = NOW + LEASE + ASK_AGAIN
    world.recovering.tidy()
    assert world.all("dispatches")[0]["status"] == "sending"
    world.now = NOW + PATIENCE
    world.recovering.tidy()
    assert sms(world)["status"] == "unknown"


def test_what_broke_off_is_asked_about_soon():
    world, sender = a_world(Recovery.ASK, LostError("broken off"))
    world.send()
    assert world.all("dispatches")[0]["status"] == "sending"
    sender.word = Word(Standing.TAKEN)
    world.now = NOW + ASK_AFTER
    world.recovering.tidy()
    assert (sms(world)["status"], sender.letters) == ("sent", [])


def test_where_an_id_is_taken_once_it_is_sent_again():
    world, sender = killed_while_sending(Recovery.RESEND)
    world.recovering.tidy()
    world.send_at(NOW + LEASE + RETRY_AFTER[0])
    assert (sms(world)["status"], sms(world)["attempts"], len(sender.letters)) == ("sent", 2, 1)


def test_what_always_breaks_off_is_unknown_in_the_end_and_not_failed():
    world, _ = a_world(Recovery.RESEND, *[LostError("broken off")] * 99)
    now = NOW
    for pause in (timedelta(0), *RETRY_AFTER):
        now += pause
        world.send_at(now)
    assert sms(world)["status"] == "unknown"


def test_where_there_is_no_key_it_is_unknown():
    world, sender = killed_while_sending(Recovery.PERSON)
    sender.word = Word(Standing.TAKEN)
    world.recovering.tidy()
    world.send_at(NOW + timedelta(days=3))
    assert (sms(world)["status"], sender.letters) == ("unknown", [])
