"""Who is told of a bulletin: the office of a draft that made itself, the townships of what was published of them."""

import pytest

from tests.unit.notifications.events import UNIT, bulletin
from tests.unit.notifications.world import World


def test_the_townships_of_a_published_one_are_told_where_to_read_it():
    world = World()
    world.deliver(bulletin("published"))
    notice = world.notice(event_type="bulletin.published.v1")
    assert notice["recipient"] == UNIT
    assert "示督通〔2026〕1号" in notice["subject"]
    assert "更正" not in notice["body"]


def test_a_correction_says_what_it_corrects_and_the_readers_of_the_old_one_are_told():
    world = World()
    note = {
        "change": {"move": "corrected", "at": "2026-03-03T10:00:00+08:00", "by": None, "note": "数量有误"}
    }
    corrected = {"corrected_by": "bulletin-2", "corrected_by_number": "示督通〔2026〕2号"}
    world.deliver(bulletin("corrected", **note, **corrected))
    notice = world.notice(event_type="bulletin.corrected.v1")
    assert notice["recipient"] == UNIT
    assert "示督通〔2026〕2号" in notice["body"]
    assert "数量有误" in notice["body"]


@pytest.mark.parametrize("kind", ["daily", "progress"])
def test_the_office_is_told_of_a_draft_that_made_itself_and_nobody_else(kind):
    world = World()
    world.deliver(bulletin("drafted", kind=kind, status="draft", number=None, published_at=None))
    notice = world.notice(event_type="bulletin.drafted.v1")
    assert notice["recipient"] == "office"
    assert "自动起草" in notice["subject"]
