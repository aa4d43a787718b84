"""A case that is restricted, or opened up, after people were told of it: its notices follow, in whatever order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.adapters.documents import to_notice
from services.notifications.application import scope
from services.notifications.domain.errors import UnknownNoticeError
from shared.contracts import accountability
from tests.unit.notifications.events import VILLAGE, case_clock, event, measure
from tests.unit.notifications.test_cases import AUDITOR, HANDLER, OTHER
from tests.unit.notifications.world import OFFICE, World, cadre

RESTRICTED: dict[str, Any] = {"restricted": True, "handlers": ["handler-1"]}
OPEN: dict[str, Any] = {"restricted": False, "handlers": []}
LATER = timedelta(minutes=5)


def case(sequence=1, after=LATER, **told):
    """Something happened to the case, so long after its decision was served."""
    at = "2026-02-25T10:00:00+08:00"
    data = {
        "case": "case-1", "status": "serving", "findings": ["f-1"], "areas": [VILLAGE], "persons": ["C001"],
        "because": [], "suggested": [], "opened_at": at, "version": sequence,
        "change": {"move": "access_changed", "at": at, "by": None, "note": None},
    }  # fmt: skip
    one = event(accountability.CASE_ADVANCED_V1, "case-1", data | told, sequence)
    return replace(one, time=one.time + after)


def readers(world):
    notice = to_notice(world.notice())
    return {who.sub for who in (cadre(), HANDLER, OTHER, AUDITOR) if scope.may_read(who, notice)}


def test_a_notice_is_closed_to_whoever_does_not_handle_its_case_once_that_is_restricted():
    world = World()
    world.deliver(measure())
    assert "other-1" in readers(world)
    world.deliver(case(**RESTRICTED))
    assert readers(world) == {"sub-C001", "handler-1", "auditor-1"}
    assert world.told("notice.") == world.told("notice.queued")


def test_it_is_open_again_with_its_case():
    world = World()
    world.deliver(measure(**RESTRICTED))
    world.deliver(case(**OPEN))
    assert "other-1" in readers(world)


def test_a_decision_that_is_heard_of_later_than_the_restriction_is_closed_too():
    world = World()
    world.deliver(case(**RESTRICTED), measure(**OPEN))
    assert readers(world) == {"sub-C001", "handler-1", "auditor-1"}


def test_a_decision_of_after_the_restriction_knows_better_than_what_was_heard_before():
    world = World()
    world.deliver(case(after=-LATER, **OPEN), measure(**RESTRICTED))
    assert "other-1" not in readers(world)


def test_an_older_event_of_the_case_changes_nothing():
    world = World()
    world.deliver(measure())
    world.deliver(case(2, **RESTRICTED))
    world.deliver(case(1, **OPEN))
    assert "other-1" not in readers(world)


def test_the_office_reads_and_signs_a_clock_no_more_once_its_case_is_restricted():
    world = World()
    world.deliver(case_clock())
    notice = world.notice()
    assert scope.may_read(OFFICE, to_notice(notice))
    world.deliver(case(**RESTRICTED))
    assert not scope.may_read(OFFICE, to_notice(world.notice()))
    with pytest.raises(UnknownNoticeError):
        world.sign(notice["_id"], OFFICE)


def test_the_office_is_not_told_of_a_clock_that_comes_after_the_restriction():
    world = World()
    world.deliver(case(**RESTRICTED), case_clock())
    assert world.notices() == []
