"""What a robot takes in a minute, for all workers together: in order, nothing lost, others not held up."""

import tracemalloc
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.adapters.memory import RecordingSender
from services.notifications.application.lines import BusyError, UnreachableError
from services.notifications.application.posting import Postbox
from services.notifications.application.sending import Sending
from services.notifications.application.settling import Settling
from services.notifications.application.signing import Letters
from services.notifications.application.verifying import Codes
from services.notifications.domain.channel import MINUTE, ChannelState, Throttle, lane_of
from services.notifications.domain.contact import Channel, Contact
from services.notifications.domain.delivery import DeliveryStatus
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.gathering import Timing, Window
from services.notifications.domain.notice import Text
from tests.unit.notifications.events import NOW, assigned
from tests.unit.notifications.test_sending import Script
from tests.unit.notifications.world import SPEEDS, TABLE, WRITER, Tally, World

ROBOT = "robot-1:secret"


def a_world(people, *answers):
    """So many people of one group, told of one thing each."""
    world = World(also={"dingtalk": RecordingSender(Script(*answers))})
    told = [f"C{number:03}" for number in range(people)]
    for who in told:
        world.contact(who, dingtalk=ROBOT)
    direct = [{"cadre": who, "name": "赵某某", "role": "direct", "area": "990100001001"} for who in told]
    world.deliver(assigned("f-1", direct, units=[]))
    return world, world.senders["dingtalk"]


def run(world):
    while world.turn():
        pass


def test_a_robot_is_given_twenty_in_a_minute_and_the_rest_later():
    world, robot = a_world(45)
    left = []
    for seconds in range(0, 200, 5):
        world.now = NOW + timedelta(seconds=seconds)
        before = len(robot.letters)
        run(world)
        left += [seconds] * (len(robot.letters) - before)
    assert len(left) == len({letter.id for letter in robot.letters}) == 45
    assert all(later - earlier >= 60 for earlier, later in zip(left, left[20:], strict=False))
    assert {one["status"] for one in world.all("dispatches")} == {"sent"}


def test_the_limit_holds_for_all_workers_together():
    world, robot = a_world(30)
    first, second = world.sending, world.another_sender()
    while first.turn("dingtalk") or second.turn("dingtalk"):
        pass
    assert len(robot.letters) == 20


def test_a_robot_that_has_had_enough_holds_up_no_other():
    world, robot = a_world(60)
    world.contact("C900", dingtalk="robot-2:secret")
    world.reachable("C901")
    direct = [
        {"cadre": who, "name": "赵某某", "role": "direct", "area": "990100001001"} for who in ("C900", "C901")
    ]
    run(world)
    world.deliver(assigned("f-2", direct, units=[]))
    run(world)
    assert [letter.address for letter in robot.letters[20:]] == ["robot-2:secret"]
    assert len(world.mail.letters) == 1


def test_what_the_other_side_says_is_too_much_costs_no_attempt_and_the_lane_rests():
    world, robot = a_world(2, BusyError("too fast", 60))
    run(world)
    assert robot.letters == []
    assert not world.turn()
    world.now = NOW + timedelta(seconds=61)
    run(world)
    assert [one["attempts"] for one in world.all("dispatches")] == [1, 1]
    assert len(robot.letters) == 2


def test_a_provider_that_does_not_know_us_costs_no_message_an_attempt():
    world, robot = a_world(3, UnreachableError("the provider does not know us (errcode 40001)"))
    run(world)
    (shown,) = world.all("channels")
    assert (shown["_id"], shown["fault"]) == ("dingtalk", "the provider does not know us (errcode 40001)")
    assert {(one["status"], one["attempts"]) for one in world.all("dispatches")} == {("pending", 0)}
    world.now = NOW + timedelta(seconds=5)
    run(world)
    assert (len(robot.letters), world.all("channels")[0]["fault"]) == (3, None)


def test_lanes_do_not_betray_addresses_and_accounts_have_one():
    assert lane_of("dingtalk", ROBOT) != lane_of("dingtalk", "robot-2:secret")
    assert "robot" not in lane_of("dingtalk", ROBOT)
    assert (lane_of("wecom", "zhao"), lane_of("sms", "138"), lane_of("email", "a@b")) == ("", "", "")
    assert lane_of("wecom", "robot:key") != ""


@pytest.mark.parametrize("per_minute", [1, 5, 20])
def test_a_throttle_lets_no_more_through_in_any_minute(per_minute):
    throttle, now, taken = Throttle("dingtalk", "x"), NOW, []
    for _ in range(2000):
        if throttle.is_open(now):
            throttle.took(per_minute, now)
            taken.append(now)
        now += timedelta(seconds=0.7)
    assert len(taken) > per_minute
    for number in range(len(taken) - per_minute):
        assert taken[number + per_minute] - taken[number] >= MINUTE


class Shelf:
    """Documents in a dictionary, as the ports want them; no copies, so that thousands are no matter."""

    def __init__(self):
        self.rows, self.made = {}, {}

    def get(self, *key):
        row = self.rows.get(key)
        return row if row is not None else self.made.get("make", lambda *_: None)(*key)

    def save(self, row):
        self.rows[self.made["key"](row)] = row


class Flood:
    """A unit of work and a finder over ten thousand messages to one robot."""

    def __init__(self, count):
        self.dispatches, self.windows, self.throttles, self.channels = (Shelf() for _ in range(4))
        self.contacts, self.notices = self, self
        self.dispatches.made = {"key": lambda row: (row.id,)}
        self.windows.made = {"key": lambda row: (row.recipient, row.channel), "make": Window}
        self.throttles.made = {"key": lambda row: (row.channel, row.lane), "make": Throttle}
        self.channels.made = {"key": lambda row: (row.kind,), "make": ChannelState}
        for number in range(count):
            one = Dispatch(f"d-{number:05}", f"C{number:05}", "dingtalk", Kind.URGENT, NOW, NOW, 1)
            one.text, one.lane = Text(f"通知{number}", ""), lane_of("dingtalk", ROBOT)
            self.dispatches.save(one)
        self.waiting = [row.id for row in self.dispatches.rows.values()]

    def get(self, recipient):
        return Contact(recipient, "990100", NOW, NOW, (Channel("dingtalk", ROBOT, True),))

    def carried_by(self, dispatch, limit):
        return []

    def paused(self):
        return frozenset()

    def due(self, channel, now, limit):
        if not self.throttles.get("dingtalk", lane_of("dingtalk", ROBOT)).is_open(now):
            return []
        gone = next(
            (place for place, key in enumerate(self.waiting) if not self.dispatches.get(key).ended),
            len(self.waiting),
        )
        del self.waiting[:gone]
        return self.waiting[:limit]


class Order:
    """The robot: when what left."""

    recovery = None

    def __init__(self, clock):
        self.left, self._clock = [], clock

    def connect(self):
        return nullcontext(self)

    def send(self, letter):
        self.left.append((self._clock(), letter.id))


def test_ten_thousand_notices_to_one_robot_leave_in_order_and_none_is_lost():
    flood: Any = Flood(10_000)
    now = [NOW]
    clock = lambda: now[0]  # noqa: E731
    robot: Any = Order(clock)
    transact = lambda act: act(flood)  # noqa: E731
    postbox = Postbox(["dingtalk"], TABLE.timing, str)
    settling = Settling(transact, postbox, lambda *_: nullcontext(), clock)
    timing = Timing(timedelta(minutes=10), TABLE.timing.digest_at)
    letters = Letters(WRITER, "", TABLE.receipts.link_lasts, str, Codes(WRITER, str, str))
    sending = Sending(
        transact, flood, {"dingtalk": robot}, SPEEDS, settling, timing, Tally(), lambda: "a", clock, letters
    )  # fmt: skip
    sizes: dict[int, int] = {}
    tracemalloc.start()
    while flood.due("dingtalk", NOW + timedelta(days=9), 1):
        while sending.turn("dingtalk"):
            pass
        now[0] += timedelta(seconds=20)
        if len(robot.left) in (2_000, 10_000):
            sizes.setdefault(len(robot.left), tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert [key for _, key in robot.left] == sorted(
        flood.dispatches.rows[key].id for key in flood.dispatches.rows
    )
    assert {row.status for row in flood.dispatches.rows.values()} == {DeliveryStatus.SENT}
    moments = [moment for moment, _ in robot.left]
    assert all(
        later - earlier > timedelta(minutes=1) for earlier, later in zip(moments, moments[20:], strict=False)
    )
    # What the test itself keeps: when each left, and what became of it.
    assert sizes[10_000] - sizes[2_000] < 8_000 * 1024
    assert len(flood.throttles.rows) == 1
    assert max(len(row.recent) for row in flood.throttles.rows.values()) <= 20
