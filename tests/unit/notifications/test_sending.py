"""Sending: what can be known of each attempt is kept, and nothing that may have left ever leaves again by itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.adapters.memory import transactor
from services.notifications.application.commands import SetContact
from services.notifications.application.lines import (
    LostError,
    PermanentError,
    TemporaryError,
)
from services.notifications.domain.contact import Channel
from services.notifications.domain.dispatch import LEASE, PATIENCE
from shared.persistence.errors import UnavailableError
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.world import OFFICE, RETRY_AFTER, TEN_MINUTES, VAULT, World

EMAIL = "email"


class Script:
    """What the other side does with each letter, in turn; then it takes everything."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []

    def __call__(self, letter):
        self.seen.append(letter)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer


def a_world(*answers):
    world = World(answer=Script(*answers))
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    return world


def mail(world):
    """How the mail of the cadre's first notice stands."""
    return next(one for one in world.notices(recipient="C001")[0]["deliveries"] if one["channel"] == EMAIL)


def test_what_the_other_side_has_taken_is_sent():
    world = a_world()
    world.send()
    assert (mail(world)["status"], mail(world)["attempts"], mail(world)["last_error"]) == ("sent", 1, None)
    notice = world.notice(recipient="C001")
    assert (notice["status"], notice["sent_at"]) == ("sent", NOW)
    (told,) = world.told("notice.sent")
    assert (told.data["status"], told.data["channels"]) == ("sent", ["inbox", "email"])
    assert world.tally.outcomes == {(EMAIL, "sent"): 1}


def test_what_is_sent_is_not_sent_again():
    world = a_world()
    assert len(world.send()) == 1
    assert world.send_at(NOW + timedelta(days=3)) == []


def test_what_is_refused_has_failed_and_the_notice_with_it():
    world = a_world(PermanentError("the mail server refused the recipient (550)"))
    world.send()
    assert (mail(world)["status"], mail(world)["last_error"]) == (
        "failed", "the mail server refused the recipient (550)",
    )  # fmt: skip
    assert world.notice(recipient="C001")["status"] == "failed"
    (told,) = world.told("notice.failed")
    assert told.data["status"] == "failed"
    assert world.send_at(NOW + timedelta(days=3)) == []


def test_what_is_not_taken_now_is_tried_again_with_the_same_id_and_longer_pauses():
    script = Script(*[TemporaryError("later (451)")] * 2)
    world = World(answer=script)
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    world.send()
    assert mail(world)["status"] == "pending"
    assert world.send_at(NOW + RETRY_AFTER[0] - timedelta(seconds=1)) == []
    world.send_at(NOW + RETRY_AFTER[0])
    assert world.send_at(NOW + RETRY_AFTER[0] + RETRY_AFTER[1]) != []
    assert (mail(world)["status"], mail(world)["attempts"]) == ("sent", 3)
    assert len({letter.id for letter in script.seen}) == 1


def test_what_is_never_taken_fails_after_the_last_pause():
    world = a_world(*[TemporaryError("later (451)")] * 99)
    now = NOW
    for pause in (timedelta(0), *RETRY_AFTER):
        assert world.notice(recipient="C001")["status"] == "queued"
        now += pause
        world.send_at(now)
    assert (mail(world)["status"], mail(world)["attempts"]) == ("failed", len(RETRY_AFTER) + 1)
    assert world.notice(recipient="C001")["status"] == "failed"


def test_what_is_tried_again_takes_no_further_notices_with_it():
    world = a_world(TemporaryError("later (451)"))
    world.send()
    world.deliver(assigned("f-2"))
    world.send_at(NOW + RETRY_AFTER[0])
    (letter,) = world.mail.letters
    assert "等" not in letter.text.subject
    assert len(world.send_at(NOW + RETRY_AFTER[0] + TEN_MINUTES)) == 1


def test_what_broke_off_half_way_is_unknown_and_never_resent():
    world = a_world(LostError("the connection broke"))
    world.send()
    assert (mail(world)["status"], mail(world)["last_error"]) == ("unknown", "the connection broke")
    assert world.notice(recipient="C001")["status"] == "queued"
    for days in range(1, 4):
        world.recovering.tidy()
        assert world.send_at(NOW + timedelta(days=days)) == []
    assert world.tally.outcomes == {(EMAIL, "unknown"): 1}


class Killed(BaseException):
    """The process ends here and now."""


def test_a_process_that_dies_while_sending_leaves_unknown_behind_and_nothing_is_resent():
    world = a_world(Killed())
    with pytest.raises(Killed):
        world.send()
    world.sending = world.another_sender()
    world.now = NOW + LEASE - timedelta(seconds=1)
    world.recovering.tidy()
    assert (world.send(), world.all("dispatches")[0]["status"]) == ([], "sending")
    world.now = NOW + LEASE
    world.recovering.tidy()
    assert (world.send(), mail(world)["status"]) == ([], "unknown")
    assert world.tally.outcomes == {(EMAIL, "unknown"): 1}
    assert world.send_at(NOW + timedelta(days=3)) == []


def test_a_later_message_to_the_same_recipient_goes_its_own_way_after_such_a_death():
    world = a_world(Killed())
    with pytest.raises(Killed):
        world.send()
    world.sending = world.another_sender()
    world.deliver(assigned("f-2"))
    assert len(world.send_at(NOW + TEN_MINUTES)) == 1


class Late:
    """A look for what is due that was taken before the other sender began."""

    def __init__(self, due):
        self._due = due

    def due(self, channel, now, limit):
        return self._due

    def paused(self):
        return frozenset()


def test_two_senders_at_once_send_a_message_once():
    seen = []

    def answer(letter):
        seen.append(letter)
        other.turn(EMAIL)

    world = World(answer=answer)
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    other = world.another_sender(finder=Late([one["_id"] for one in world.all("dispatches")]))
    world.send()
    assert len(seen) == 1


def test_the_end_of_an_attempt_that_could_not_be_kept_is_kept_in_the_next_turn():
    world = a_world()
    real = transactor(world.database, VAULT)
    broken: list[Any] = []

    def transact(act):
        if len(world.mail.letters) == 1 and not broken:
            broken.append(True)
            raise UnavailableError("the database is away")
        return real(act)

    world.sending = world.another_sender(transact)
    with pytest.raises(UnavailableError):
        world.send()
    assert world.sending.has_work()
    assert mail(world)["status"] == "pending"
    world.send()
    assert not world.sending.has_work()
    assert (mail(world)["status"], len(world.mail.letters)) == ("sent", 1)


def test_while_the_channel_does_not_answer_nothing_is_tried_and_nothing_fails():
    world = a_world()
    world.mail.outage = "no answer"
    for seconds in range(10):
        world.send_at(NOW + timedelta(seconds=seconds))
    (shown,) = world.all("channels")
    assert (shown["_id"], shown["fault"], shown["fault_since"]) == (EMAIL, "no answer", NOW)
    assert not world.sending.has_work()
    assert (mail(world)["status"], mail(world)["attempts"]) == ("pending", 0)
    world.mail.outage = None
    assert len(world.send_at(NOW + timedelta(minutes=5))) == 1
    assert world.all("channels")[0]["fault"] is None


def test_what_waits_for_days_for_a_channel_has_failed():
    world = a_world()
    world.mail.outage = "no answer"
    world.send_at(NOW + PATIENCE)
    assert (mail(world)["status"], mail(world)["last_error"]) == ("failed", "no answer")


def test_an_address_that_is_gone_by_now_is_a_failure():
    world = a_world()
    unverified = SetContact("C001", (Channel(EMAIL, "new@demo.invalid", False),), None, None, OFFICE)
    world.work(lambda work: world.do.set_contact(work, unverified))
    # The code to the new address is all that leaves.
    assert [one.text.subject for one in world.send()] == ["联系方式验证码"]
    assert mail(world)["last_error"] == "no verified address any more"


def test_a_corrected_address_is_used_for_what_waits():
    world = a_world()
    corrected = SetContact("C001", (Channel(EMAIL, "new@demo.invalid", True),), None, None, OFFICE)
    world.work(lambda work: world.do.set_contact(work, corrected))
    assert [letter.address for letter in world.send()] == ["new@demo.invalid"]
