"""Signing by a link: sent to one person, shown masked, changed by nothing but its button, and good for once."""

import re
from datetime import timedelta

import pytest

from services.notifications.domain.errors import (
    AlreadyRefusedError,
    ExpiredLinkError,
    UnknownLinkError,
    UsedLinkError,
)
from tests.unit.notifications.events import NOW, UNIT, assigned, measure, registered
from tests.unit.notifications.test_recorded_receipts import REFUSED
from tests.unit.notifications.world import RecordingSender, World, cadre

BASE = "https://duze.invalid"
_LINK = re.compile(rf"{BASE}/sign/(\S+)")


@pytest.fixture
def world():
    world = World(sign_url=BASE, also={"dingtalk": RecordingSender(), "wecom": RecordingSender()})
    world.deliver(registered("C001", "赵测试"))
    world.reachable("C001")
    return world


def sent(world, *events):
    """The tokens that left with the next letter."""
    world.deliver(*events)
    return [token for letter in world.send() for token in _LINK.findall(letter.text.body)]


def show(world, token):
    return world.work(lambda work: world.signing.show(work, token))


def sign(world, token):
    return world.work(lambda work: world.signing.sign(work, token))


def test_a_letter_carries_a_link_of_its_own_and_the_notice_none(world):
    (token,) = sent(world, assigned("f-1"))
    assert token not in str(world.all("notices")) + str(world.all("links"))
    assert BASE not in world.notice(recipient="C001")["body"]


def test_each_notice_of_a_gathered_letter_has_its_own_link(world):
    sent(world, assigned("f-1"))
    world.deliver(assigned("f-2"), assigned("f-3"))
    (letter,) = world.send_at(NOW + timedelta(minutes=11))
    assert len(set(_LINK.findall(letter.text.body))) == 2
    assert letter.link is None


def test_opening_a_link_changes_nothing_however_often(world):
    (token,) = sent(world, assigned("f-1"))
    before = [world.all(one) for one in ("notices", "links", "outbox")]
    for _ in range(3):
        shown = show(world, token)
    assert [world.all(one) for one in ("notices", "links", "outbox")] == before
    assert (shown.recipient, shown.signed_at) == ("赵某某", None)
    assert "督〔2026〕1号" in shown.subject


def test_its_button_signs_and_says_by_which_way(world):
    (token,) = sent(world, assigned("f-1"))
    world.now = NOW + timedelta(hours=2)
    assert sign(world, token).signed_at == "2026年2月25日12:00"
    notice = world.notice(recipient="C001")
    assert (notice["status"], notice["signed_at"], notice["signed_by"]) == (
        "signed", world.now, "link:email",
    )  # fmt: skip
    (event,) = world.told("notice.signed")
    assert event.data["change"]["by"] == "link"


def test_the_audit_trail_names_the_link_that_signed_and_nobody_for_looking(world):
    (token,) = sent(world, assigned("f-1"))
    show(world, token)
    assert world.all("audit") == []
    sign(world, token)
    (row,) = world.all("audit")
    assert (row["action"], row["subject"]) == ("notice.signed.v1", world.notice(recipient="C001")["_id"])
    assert (row["actor"], row["role"], row["area"]) == ("link:email", "link", "990100001001")
    assert token not in str(row)


def test_a_link_signs_once(world):
    (token,) = sent(world, assigned("f-1"))
    sign(world, token)
    for act in (sign, show):
        with pytest.raises(UsedLinkError):
            act(world, token)
    assert len(world.told("notice.signed")) == 1


def test_an_expired_link_neither_shows_nor_signs(world):
    (token,) = sent(world, assigned("f-1"))
    world.now = NOW + timedelta(days=7)
    for act in (sign, show):
        with pytest.raises(ExpiredLinkError):
            act(world, token)
    world.now -= timedelta(seconds=1)
    assert show(world, token).signed_at is None


@pytest.mark.parametrize("forge", [lambda token: token[:-1], lambda token: token + "x", lambda token: ""])
def test_a_forged_link_is_unknown(world, forge):
    (token,) = sent(world, assigned("f-1"))
    for act in (sign, show):
        with pytest.raises(UnknownLinkError):
            act(world, forge(token))


def test_the_digest_that_is_kept_is_no_link(world):
    sent(world, assigned("f-1"))
    (kept,) = [one["_id"] for one in world.all("links")]
    with pytest.raises(UnknownLinkError):
        sign(world, kept)


def test_a_link_to_what_was_signed_in_the_inbox_says_so_and_signs_nothing_more(world):
    (token,) = sent(world, assigned("f-1"))
    world.sign(world.notice(recipient="C001")["_id"], cadre())
    assert show(world, token).signed_at is not None
    sign(world, token)
    assert len(world.told("notice.signed")) == 1
    assert world.notice(recipient="C001")["signed_by"] == "sub-C001"


def test_a_link_to_what_was_refused_does_not_sign_and_stays_unused(world):
    (token,) = sent(world, assigned("f-1"))
    world.record("refuse", world.notice(recipient="C001")["_id"], **REFUSED)
    with pytest.raises(AlreadyRefusedError):
        sign(world, token)
    assert world.all("links")[0]["used_at"] is None


def test_the_page_of_a_decision_about_a_person_does_not_name_it(world):
    (token,) = sent(world, measure())
    assert show(world, token).subject == "送达本人的通知"


def test_the_robot_of_a_group_gets_no_link(world):
    world.contact(UNIT, dingtalk="robot:key")
    world.contact("C004", wecom="robot:key")
    world.deliver(assigned("f-1"))
    world.send()
    letters = [letter for one in ("dingtalk", "wecom") for letter in world.senders[one].letters]
    assert letters
    assert not any(BASE in letter.text.body or letter.link for letter in letters)


def test_a_card_to_one_person_leads_to_the_page_of_its_notice(world):
    world.contact("C001", wecom="member-1")
    world.deliver(assigned("f-1"))
    world.send()
    (letter,) = world.senders["wecom"].letters
    assert letter.link is not None
    assert letter.link in letter.text.body
    assert letter.plain is not None
    assert letter.plain.body == world.notice(recipient="C001")["body"]
