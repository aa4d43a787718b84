"""A message that has failed for good goes on by the recipient's next channel; nobody is told twice because of it."""

from datetime import timedelta

from services.notifications.adapters.memory import RecordingSender
from services.notifications.application.lines import LostError, PermanentError
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.world import World, cadre

ADDRESS = {"email": "c001@demo.invalid", "sms": "13800000000", "wecom": "zhao"}


def refuse(letter):
    raise PermanentError("refused (550)")


def lose(letter):
    raise LostError("broken off")


def a_world(answer=refuse, by_sms=None, **addresses):
    world = World(answer=answer, also={"sms": by_sms or RecordingSender(), "wecom": RecordingSender()})
    world.contact("C001", **(addresses or ADDRESS))
    world.deliver(assigned("f-1"))
    return world


def deliveries(world):
    return [(one["channel"], one["status"]) for one in world.notice(recipient="C001")["deliveries"]]


def test_what_fails_on_one_channel_leaves_by_the_next():
    world = a_world()
    world.send()
    assert deliveries(world) == [("inbox", "sent"), ("email", "failed"), ("sms", "sent")]
    assert world.notice(recipient="C001")["status"] == "sent"
    assert [len(one.letters) for one in world.senders.values()] == [0, 1, 0]


def test_the_order_is_that_of_the_contact():
    world = a_world(**{kind: ADDRESS[kind] for kind in ("email", "wecom", "sms")})
    world.send()
    assert deliveries(world)[-1] == ("wecom", "sent")


def test_when_every_channel_has_failed_the_notice_has():
    sms = RecordingSender(refuse)
    world = a_world(by_sms=sms, **{kind: ADDRESS[kind] for kind in ("email", "sms")})
    world.send()
    assert deliveries(world) == [("inbox", "sent"), ("email", "failed"), ("sms", "failed")]
    assert world.notice(recipient="C001")["status"] == "failed"
    assert len(world.told("notice.failed")) == 1


def test_nobody_is_told_elsewhere_of_what_he_has_read():
    world = a_world()
    world.read(world.notice(recipient="C001")["_id"], cadre())
    world.send()
    assert deliveries(world) == [("inbox", "sent"), ("email", "failed")]


def test_what_nobody_knows_of_does_not_go_on_by_itself():
    world = a_world(answer=lose)
    for days in range(3):
        world.send_at(NOW + timedelta(days=days))
    assert deliveries(world) == [("inbox", "sent"), ("email", "unknown")]


def test_who_has_none_of_the_policys_channels_is_told_by_the_first_he_has():
    world = a_world(**{kind: ADDRESS[kind] for kind in ("wecom", "sms")})
    world.send()
    assert deliveries(world) == [("inbox", "sent"), ("wecom", "sent")]


def test_paper_waits_for_a_person():
    world = a_world(email="c001@demo.invalid", paper="凤栖社区居委会")
    for days in range(3):
        world.send_at(NOW + timedelta(days=days))
    assert deliveries(world)[-1] == ("paper", "pending")
    assert world.notice(recipient="C001")["status"] == "queued"
