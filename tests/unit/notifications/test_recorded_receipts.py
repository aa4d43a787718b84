"""Receipts that the office records: refused before witnesses, served on paper, told by telephone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.errors import (
    AlreadyRefusedError,
    AlreadySignedError,
    InvalidError,
    UnknownNoticeError,
)
from shared.contracts import accountability, notifications, registry
from shared.contracts.claims import Claims
from tests.unit.notifications.events import NOW, UNIT, assigned, measure, warned
from tests.unit.notifications.world import OFFICE, World, cadre, unit

FOUND = datetime.fromisoformat("2026-02-20T10:00:00+08:00")
LATER = NOW + timedelta(hours=3)
REFUSED = {"witnesses": ["见证甲", "见证乙"], "reason": "本人拒绝", "at": None}
PAPER = {"at": NOW + timedelta(hours=1), "by": "送达人甲"}
PHONE = {"at": NOW + timedelta(hours=1), "by": "值班甲", "answered_by": "李某某"}

SAID: dict[str, dict[str, Any]] = {"refuse": REFUSED, "paper": PAPER, "phone": PHONE}


@pytest.fixture
def world():
    world = World()
    world.deliver(assigned("f-1"), warned("f-1"))
    world.now = LATER
    return world


def warning_of(world):
    return world.notice(recipient="C001", event_type="warning.issued.v1")["_id"]


def test_a_refusal_before_two_witnesses_is_kept_and_told_with_its_time(world):
    answer = world.record("refuse", warning_of(world), **REFUSED)
    assert (answer["status"], answer["refusal"]["witnesses"]) == ("refused", ("见证甲", "见证乙"))
    (event,) = world.told("notice.refused")
    assert event.data["refused_at"] == "2026-02-25T13:00:00+08:00"
    assert (event.data["status"], event.data["warning"]) == ("refused", answer["warning"])
    assert "见证甲" not in str(event.data)


@pytest.mark.parametrize("witnesses", [["同一人", "同一人"], ["同一 人", "同一人 "], ["一人"]])
def test_fewer_than_two_different_witnesses_are_refused_by_field(world, witnesses):
    with pytest.raises(InvalidError) as refusal:
        world.record("refuse", warning_of(world), **REFUSED | {"witnesses": witnesses})
    assert list(refusal.value.errors) == ["witnesses"]
    assert world.told("notice.refused") == []


def test_paper_signs_it_at_the_time_written_there(world):
    answer = world.record("paper", warning_of(world), **PAPER)
    assert (answer["status"], answer["signed_at"], answer["signed_by"]) == ("signed", PAPER["at"], "office-1")
    (event,) = world.told("notice.signed")
    assert event.data["signed_at"] == "2026-02-25T11:00:00+08:00"
    assert event.data["change"]["move"] == "paper"


def test_a_receipt_of_a_measure_names_the_measure_so_that_its_periods_can_run(world):
    served = measure()
    world.deliver(served)
    notice = world.notice(recipient="C001", event_type="measure.served.v1")["_id"]
    world.sign(notice, cadre())
    (event,) = world.told("notice.signed")
    assert event.data["measure"] == served.data["measure"]
    registry.validate("notifications", notifications.NOTICE_SIGNED_V1, event.data)


def test_a_call_is_kept_and_is_no_receipt(world):
    world.record("phone", warning_of(world), **PHONE)
    answer = world.record("phone", warning_of(world), **PHONE | {"answered_by": "无人接听"})
    assert [one["answered_by"] for one in answer["calls"]] == ["李某某", "无人接听"]
    assert (answer["status"], answer["signed_at"]) == ("queued", None)
    assert world.told("notice.signed") == []


@pytest.mark.parametrize("move", ["refuse", "paper", "phone"])
@pytest.mark.parametrize("at", [LATER + timedelta(seconds=1), FOUND - timedelta(days=1)])
def test_what_lies_in_the_future_or_before_the_day_of_the_finding_is_refused(world, move, at):
    said = SAID[move]
    with pytest.raises(InvalidError) as refusal:
        world.record(move, warning_of(world), **said | {"at": at})
    assert list(refusal.value.errors) == ["at"]


@pytest.mark.parametrize("move", ["refuse", "paper", "phone"])
def test_what_was_done_on_paper_before_the_notice_was_made_is_recorded_with_its_time(world, move):
    at = FOUND + timedelta(hours=1)
    answer = world.record(move, warning_of(world), **SAID[move] | {"at": at})
    kept = {"refuse": answer["refusal"], "paper": answer["paper"], "phone": (answer["calls"] or [None])[0]}[
        move
    ]
    assert kept["at"] == at
    assert at < NOW


def test_a_measure_that_was_served_before_its_notice_was_made_has_its_receipt_of_then(world):
    world.deliver(measure())
    notice = world.notice(recipient="C001", event_type="measure.served.v1")["_id"]
    served = datetime.fromisoformat("2026-02-24T09:00:00+08:00")
    with pytest.raises(InvalidError):
        world.record("paper", notice, **PAPER | {"at": served - timedelta(days=1)})
    assert world.record("paper", notice, **PAPER | {"at": served})["signed_at"] == served


def test_what_is_signed_can_be_neither_refused_nor_signed_on_paper_any_more(world):
    notice = warning_of(world)
    world.sign(notice, cadre())
    for move, said in (("refuse", REFUSED), ("paper", PAPER)):
        with pytest.raises(AlreadySignedError):
            world.record(move, notice, **said)


def test_what_is_refused_is_not_signed_any_more_but_may_be_read(world):
    notice = warning_of(world)
    world.record("refuse", notice, **REFUSED)
    for move, said in (("refuse", REFUSED), ("paper", PAPER)):
        with pytest.raises(AlreadyRefusedError):
            world.record(move, notice, **said)
    with pytest.raises(AlreadyRefusedError):
        world.sign(notice, cadre())
    assert world.read(notice, cadre())["status"] == "refused"
    assert len(world.told("notice.refused")) == 1


def test_an_office_elsewhere_records_nothing(world):
    with pytest.raises(UnknownNoticeError):
        world.record("phone", warning_of(world), office=Claims("o", "office", "990100002"), **PHONE)


def todo(world, by):
    return [one["about"] for one in world.work(lambda work: list(world.receipts.todo(work, by)))]


def test_what_waits_for_a_signature_is_in_the_todo_of_its_recipient_alone(world):
    assert len(todo(world, cadre())) == 2
    assert todo(world, cadre("C002")) == todo(world, OFFICE) == []
    assert len(todo(world, unit())) == 1
    world.sign(warning_of(world), cadre())
    world.sign(world.notice(recipient=UNIT)["_id"], unit())
    assert len(todo(world, cadre())) == 1
    assert todo(world, unit()) == []


def test_the_todo_is_due_when_the_reminder_would_come(world):
    (first, *_) = world.work(lambda work: list(world.receipts.todo(work, cadre())))
    assert (first["what"], first["due"]) == ("sign", NOW + timedelta(days=1))


def test_a_measure_is_never_named_by_what_names_none(world):
    assert world.notice(recipient=UNIT)["measure"] is None
    assert accountability.MEASURE_SERVED_V1 not in {one["event_type"] for one in world.notices()}
