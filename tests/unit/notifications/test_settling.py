"""Once a message has ended each of its notices learns of it, however many they are and whenever."""

from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.world import World, cadre


def a_world():
    world = World()
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    return world


def test_what_the_recipient_did_meanwhile_stays():
    world = a_world()
    notice = world.notice(recipient="C001")["_id"]
    world.sign(notice, cadre())
    world.send()
    after = world.notice(recipient="C001")
    assert (after["status"], after["sent_at"]) == ("signed", NOW)


def test_a_message_with_more_notices_than_are_settled_at_once_settles_them_all():
    world = World()
    world.reachable("C001")
    for batch in range(5):
        world.deliver(*(assigned(f"f-{batch}-{number}", units=[]) for number in range(90)))
    assert len(world.send()) == 1
    assert {one["status"] for one in world.notices()} == {"sent"}
    assert len(world.told("notice.sent")) == 450
    (dispatch,) = world.all("dispatches")
    assert dispatch["unsettled"] is False


def test_what_was_sent_but_not_told_to_its_notices_is_told_by_the_tidying():
    world = a_world()
    world.send()
    (dispatch,) = world.all("dispatches")
    (notice,) = world.notices(recipient="C001")
    carried = notice | {"carried": [dispatch["_id"]], "status": "queued", "sent_at": None}
    carried["deliveries"] = [
        one | {"status": "pending"} if one["dispatch"] else one for one in notice["deliveries"]
    ]

    def forget(transaction):
        transaction.replace("notices", carried)
        transaction.replace("dispatches", dispatch | {"unsettled": True})

    world.database.transact(forget)
    world.another_sender()
    world.recovering.tidy()
    assert world.notice(recipient="C001")["status"] == "sent"
