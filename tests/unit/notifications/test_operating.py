"""What operators order: a channel stopped, a notice sent once more, a test message to oneself."""

from datetime import timedelta

import pytest

from services.notifications.adapters.memory import RecordingSender
from services.notifications.application import deliveries
from services.notifications.application.lines import LostError, PermanentError
from services.notifications.application.operating import OperateChannel, ResendNotice
from services.notifications.domain.channel import ChannelState
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.errors import (
    ChannelOffError,
    ForeignCursorError,
    NoAddressError,
    NothingToResendError,
    UnknownChannelError,
    UnknownNoticeError,
)
from shared.contracts.claims import Claims
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.test_sending import Script
from tests.unit.notifications.world import OFFICE, World, cadre

ADMIN = Claims("admin-1", "admin", "990100")


def a_world(*answers):
    world = World(answer=Script(*answers))
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    return world


def operate(world, order, kind="email", by=ADMIN):
    return world.work(lambda work: getattr(world.operating, order)(work, OperateChannel(kind, by)))


def resend(world, by=OFFICE):
    notice = world.notice(recipient="C001")["_id"]
    return world.work(lambda work: world.operating.resend(work, ResendNotice(notice, by)))


def mails(world):
    found = world.notice(recipient="C001")["deliveries"]
    return [one["status"] for one in found if one["channel"] == "email"]


def test_nothing_leaves_by_a_channel_that_is_paused_and_what_waits_leaves_afterwards():
    world = a_world()
    shown = operate(world, "pause")
    assert (shown["health"], shown["paused_by"], shown["paused_at"]) == ("paused", "admin-1", NOW)
    assert world.send_at(NOW + timedelta(hours=1)) == []
    assert operate(world, "pause")["version"] == 1
    assert operate(world, "resume")["health"] == "ok"
    assert len(world.send()) == 1
    assert operate(world, "resume")["version"] == 2


@pytest.mark.parametrize("order", ["pause", "resume", "test"])
def test_there_must_be_such_a_channel(order):
    with pytest.raises(UnknownChannelError):
        operate(a_world(), order, "pigeon")


@pytest.mark.parametrize("error", [PermanentError("refused"), LostError("broken off")])
def test_what_failed_or_nobody_knows_of_is_sent_once_more_by_a_person(error):
    world = a_world(error)
    world.send()
    answer = resend(world)
    assert [one["status"] for one in answer["deliveries"]] == ["sent", "pending"]
    assert len(world.send()) == 1
    assert mails(world) == ["sent"]
    assert world.notice(recipient="C001")["status"] == "sent"
    assert len(world.all("dispatches")) == 2


def test_a_second_failure_after_a_resend_is_told_as_well():
    world = a_world(PermanentError("refused"), PermanentError("refused again"))
    world.send()
    resend(world)
    world.send()
    assert (mails(world), world.notice(recipient="C001")["status"]) == (["failed"], "failed")


def test_what_was_sent_or_waits_is_not_sent_once_more():
    world = a_world()
    with pytest.raises(NothingToResendError):
        resend(world)
    world.send()
    with pytest.raises(NothingToResendError):
        resend(world)


def test_whoever_has_no_address_any_more_gets_nothing():
    world = a_world(PermanentError("refused"))
    world.send()
    world.contact("C001")
    with pytest.raises(NoAddressError, match="email"):
        resend(world)


def test_an_office_elsewhere_does_not_know_the_notice():
    world = a_world(PermanentError("refused"))
    world.send()
    with pytest.raises(UnknownNoticeError):
        resend(world, Claims("office-2", "office", "990100002"))


def test_a_test_message_goes_to_oneself_and_to_nobody_else():
    world = World(also={"sms": RecordingSender()})
    world.contact("C001", sms="13800000000")
    answer = operate(world, "test", "sms", cadre())
    assert (answer["recipient"], answer["status"], answer["kind"]) == ("C001", "pending", "test")
    world.send()
    (letter,) = world.senders["sms"].letters
    assert (letter.address, letter.text.subject) == ("13800000000", "测试消息")
    assert (world.all("dispatches")[0]["status"], world.all("notices")) == ("sent", [])


def test_a_test_needs_an_address_and_a_channel_that_is_set_up():
    world = World()
    with pytest.raises(NoAddressError):
        operate(world, "test", "email", cadre())
    with pytest.raises(NoAddressError):
        operate(world, "test", "email", ADMIN)
    with pytest.raises(ChannelOffError):
        operate(world, "test", "off", OFFICE)


class Store:
    """What the queries read."""

    def find(self, filters, limit, cursor):
        return [Dispatch("d-1", "C001", "sms", Kind.URGENT, NOW, NOW)], None

    def states(self):
        return [ChannelState("email", fault="no answer", fault_since=NOW)]

    def waiting(self, kind):
        return 3


def test_who_keeps_the_system_running_does_not_learn_who_is_told():
    ask = deliveries.DeliveryQueries(Store(), {"email": True, "sms": False})
    asked = {"channel": None, "status": None, "recipient": None, "from": None, "to": None}
    for by, shown in ((ADMIN, "C***"), (OFFICE, "C001")):
        (one,), _ = ask.deliveries(by, 50, None, **asked)
        assert one["recipient"] == shown


def test_the_health_of_every_channel_is_told():
    ask = deliveries.DeliveryQueries(Store(), {"email": True, "sms": False})
    assert ask.health() == {"email": "away", "sms": "off"}
    assert [(one["kind"], one["health"], one["waiting"]) for one in ask.channels()] == [
        ("email", "away", 3), ("sms", "off", 3),
    ]  # fmt: skip


def test_channels_come_in_pages():
    ask = deliveries.DeliveryQueries(Store(), {"email": True, "sms": False})
    (first,), after = ask.channel_page(1, None)
    (second,), end = ask.channel_page(1, after)
    assert (first["kind"], second["kind"], end) == ("email", "sms", None)
    with pytest.raises(ForeignCursorError):
        ask.channel_page(1, "x")
