"""One notice for each event and recipient, whatever comes twice, late, together or about what nobody may know."""

import itertools
import random

import pytest

from shared.contracts import accountability
from tests.unit.notifications.events import (
    DIRECT,
    LINE,
    NOW,
    UNIT,
    assigned,
    corrected,
    event,
    registered,
    unresolved,
    warned,
)
from tests.unit.notifications.world import World, cadre

SECOND = {"cadre": "C002", "name": "钱某某", "role": "direct", "area": "990100001002"}


def test_a_notice_is_in_the_inbox_at_once_contact_or_none():
    world = World()
    world.deliver(assigned("f-1"))
    notice = world.notice(recipient="C001")
    (inbox,) = notice["deliveries"]
    assert (inbox["channel"], inbox["status"], inbox["at"]) == ("inbox", "sent", NOW)
    assert (notice["status"], notice["finding"], notice["event_type"]) == (
        "queued", "f-1", "responsibility.assigned.v1",
    )  # fmt: skip


def test_the_inbox_alone_never_makes_a_notice_sent():
    world = World()
    world.deliver(assigned("f-1"))
    world.send()
    assert {one["status"] for one in world.notices()} == {"queued"}
    assert world.told("notice.sent") == []


def test_an_event_that_comes_twice_is_told_once():
    world = World()
    one = assigned("f-1")
    assert world.deliver(one) == ["applied"]
    assert world.deliver(one, one) == ["duplicate", "duplicate"]
    assert world.recipients() == ["C001", UNIT]
    assert len(world.told("notice.queued")) == 2


def test_a_later_assignment_tells_only_those_who_do_not_know_yet():
    world = World()
    world.deliver(assigned("f-1", [DIRECT]))
    world.deliver(assigned("f-1", [DIRECT, SECOND], sequence=2))
    assert world.recipients() == ["C001", "C002", UNIT]


def test_an_older_assignment_that_comes_late_tells_nobody():
    world = World()
    new, old = assigned("f-1", [SECOND], sequence=2), assigned("f-1", [DIRECT], sequence=1)
    assert (world.deliver(new), world.deliver(old)) == (["applied"], ["stale"])
    assert world.recipients() == ["C002", UNIT]


def test_a_batch_of_a_hundred_is_told_in_one_transaction():
    world = World()
    assert world.deliver(*(assigned(f"f-{n}") for n in range(100))) == ["applied"] * 100
    assert world.recipients() == ["C001"] * 100 + [UNIT] * 100
    assert len(world.told("notice.queued")) == 200


def test_the_order_in_which_events_come_and_who_else_is_in_the_batch_change_nothing():
    events = [
        registered("C001"), assigned("f-1"), assigned("f-2", [DIRECT, LINE]), warned("f-1"),
        unresolved("f-3"), warned("f-2", "C002"),
    ]  # fmt: skip
    expected = None
    for order in itertools.islice(itertools.permutations(events), 0, 720, 37):
        chance = random.Random(len(events))
        world, rest = World(), [*order, chance.choice(order)]
        while rest:
            size = chance.randint(1, 3)
            world.deliver(*rest[:size])
            rest = rest[size:]
        told = sorted((one["event"], one["recipient"]) for one in world.notices())
        expected = expected or told
        assert told == expected
    assert expected is not None
    assert len(expected) == 7


def test_a_historical_finding_tells_nobody():
    world = World()
    world.deliver(assigned("f-1", historical=True), unresolved("f-2", historical=True))
    assert (world.notices(), world.all("told")) == ([], [])


def test_a_finding_that_is_resolved_by_now_is_no_news_for_the_office():
    world = World()
    world.deliver(unresolved("f-1", missing=None))
    assert world.notices() == []


def test_an_assignment_to_nobody_is_no_assignment():
    world = World()
    world.deliver(assigned("f-1", []))
    assert (world.notices(), world.all("told")) == ([], [])


def test_the_findings_whose_assignment_is_in_the_inbox_are_counted_once():
    world = World()
    world.deliver(assigned("f-1"), assigned("f-2"), unresolved("f-3"), warned("f-1"))
    world.deliver(assigned("f-1", [SECOND], sequence=2))
    assert sorted(one["_id"] for one in world.all("told")) == ["f-1", "f-2"]


@pytest.mark.parametrize("kind", [accountability.CASE_OPENED_V1, accountability.CASE_ADVANCED_V1])
def test_a_case_is_told_to_nobody(kind):
    case = {
        "case": "c-1", "status": "opened", "findings": ["f-1"], "areas": ["990100001"], "persons": ["C001"],
        "because": [], "suggested": [], "restricted": True, "opened_at": "2026-02-25T09:00:00+08:00",
        "version": 1, "change": {"move": "opened", "at": "2026-02-25T09:00:00+08:00", "by": None, "note": None},
    }  # fmt: skip
    world = World()
    world.deliver(event(kind, "c-1", case))
    assert world.notices() == []


def test_a_warning_that_falls_is_corrected_to_everyone_who_was_told_of_it():
    world = World()
    world.deliver(warned("f-1"))
    world.deliver(warned("f-1", revoked=True))
    assert world.recipients(event_type="warning.revoked.v1") == ["C001"]
    assert "撤销" in world.notice(event_type="warning.revoked.v1")["subject"]


def test_a_notice_addresses_a_cadre_by_his_registered_name():
    world = World()
    world.deliver(registered("C001", "赵测试"), assigned("f-1"))
    assert "赵测试同志:" in world.notice(recipient="C001")["body"]


def test_of_other_persons_a_notice_says_the_masked_name_only():
    world = World()
    world.deliver(registered("C001", "赵测试"), assigned("f-1"))
    assert "赵测试" not in world.notice(recipient=UNIT)["body"]
    assert "赵某某" in world.notice(recipient=UNIT)["body"]


@pytest.mark.parametrize("one", [assigned("f-1"), warned("f-1")], ids=lambda one: one.type)
def test_before_the_register_is_heard_of_he_is_addressed_by_the_masked_name(one):
    world = World()
    world.deliver(one)
    assert "赵某某同志:" in world.notice(recipient="C001")["body"]


def test_what_is_told_of_a_notice_holds_neither_its_text_nor_a_name_or_an_address():
    world = World()
    world.reachable("C001")
    world.deliver(registered("C001", "赵测试"), assigned("f-1"))
    world.send()
    world.sign(world.notice(recipient="C001")["_id"], by=cadre())
    assert [one.type for one in world.told("notice.") if one.data["recipient"] == "C001"] == [
        "notice.queued.v1", "notice.sent.v1", "notice.signed.v1",
    ]  # fmt: skip
    for row in world.all("outbox"):
        text = row["body"].decode()
        assert not any(word in text for word in ("赵", "无人值守", "demo.invalid"))


def test_the_events_of_a_notice_are_counted_and_follow_from_their_cause():
    world = World()
    cause = assigned("f-1")
    world.deliver(cause)
    for _ in range(2):
        world.read(world.notice(recipient="C001")["_id"], by=cadre())
    world.sign(world.notice(recipient="C001")["_id"], by=cadre())
    told = [one for one in world.told("notice.") if one.data["recipient"] == "C001"]
    assert [(one.type, one.sequence) for one in told] == [
        ("notice.queued.v1", 1), ("notice.read.v1", 2), ("notice.signed.v1", 3),
    ]  # fmt: skip
    assert (told[0].causationid, told[0].correlationid) == (cause.id, cause.correlationid)


def test_a_correction_tells_the_added_and_the_removed_and_nobody_else():
    world = World()
    world.deliver(assigned("f-1", [DIRECT, LINE]))
    world.deliver(corrected("f-1", [SECOND], [DIRECT], "已由他人接任"))
    told = {one["recipient"]: one["body"] for one in world.notices(event_type="responsibility.corrected.v1")}
    assert set(told) == {"C001", "C002"}
    assert "您是下列问题的直接责任人" in told["C002"]
    assert "不再是下列问题的责任人" in told["C001"]


def test_who_was_added_by_a_correction_is_not_told_of_the_assignment_again():
    world = World()
    world.deliver(corrected("f-1", [SECOND]))
    world.deliver(assigned("f-1", [SECOND, LINE], sequence=3))
    assert "C002" not in world.recipients(event_type="responsibility.assigned.v1")


def test_a_correction_that_names_nobody_tells_nobody():
    world = World()
    world.deliver(corrected("f-1"))
    assert world.notices() == []
