"""Signing by a link: sent to one person, shown masked, changed by nothing but its button, and good for once."""

import re
from datetime import timedelta

import pytest

from services.notifications.domain.errors import (
    AlreadyRefusedError,
    ExpiredLinkError,
    NotOfLinkError,
    UnknownLinkError,
    UsedLinkError,
)
from services.notifications.domain.letter import fit
from tests.unit.notifications.events import NOW, UNIT, assigned, measure, registered
from tests.unit.notifications.test_recorded_receipts import REFUSED
from tests.unit.notifications.world import SPEEDS, RecordingSender, World, cadre

BASE = "https://duze.invalid"
_LINK = re.compile(rf"{BASE}/sign/(\S+)")


@pytest.fixture
def world():
    world = World(sign_url=BASE, also={one: RecordingSender() for one in ("dingtalk", "wecom", "sms")})
    world.deliver(registered("C001", "赵测试"))
    world.reachable("C001")
    return world


def sent(world, *events):
    """The tokens that left with the next letter."""
    world.deliver(*events)
    return [token for letter in world.send() for token in _LINK.findall(letter.text.body)]


def show(world, token):
    return world.work(lambda work: world.signing.show(work, token))


def sign(world, token, wanted=""):
    return world.work(lambda work: world.signing.sign(work, token, wanted))


def test_a_letter_carries_a_link_of_its_own_and_the_notice_none(world):
    (token,) = sent(world, assigned("f-1"))
    assert token not in str(world.all("notices")) + str(world.all("links"))
    assert BASE not in world.notice(recipient="C001")["body"]


def gathered(world, *events):
    """The token of the one letter in which these left together, and the letter."""
    sent(world, assigned("f-first"))
    world.deliver(*events)
    world.now = NOW + timedelta(minutes=11)
    world.turn()
    (letter,) = [
        one for sender in world.senders.values() for one in sender.letters if "等" in one.text.subject
    ]
    return str(letter.link).rpartition("/")[2], letter


def test_a_gathered_letter_leads_to_one_page_that_lists_its_notices(world):
    token, letter = gathered(world, assigned("f-2"), assigned("f-3"))
    assert _LINK.findall(letter.text.body) == [token]
    assert letter.plain is None
    before = [world.all(one) for one in ("notices", "links", "outbox")]
    shown = show(world, token)
    assert [world.all(one) for one in ("notices", "links", "outbox")] == before
    assert [one.id for one in shown.notices] == [
        world.notice(recipient="C001", finding=finding)["_id"] for finding in ("f-2", "f-3")
    ]


def test_each_button_of_a_gathered_letters_page_signs_its_notice_once(world):
    token, _ = gathered(world, assigned("f-2"), assigned("f-3"))
    first, second = [one.id for one in show(world, token).notices]
    assert [bool(one.signed_at) for one in sign(world, token, second).notices] == [False, True]
    with pytest.raises(UsedLinkError):
        sign(world, token, second)
    assert [one.data["notice"] for one in world.told("notice.signed")] == [second]
    assert all(one.signed_at for one in sign(world, token, first).notices)
    with pytest.raises(UsedLinkError):
        show(world, token)
    with pytest.raises(UsedLinkError):
        sign(world, token)
    assert len(world.told("notice.signed")) == 2


def test_a_gathered_letters_link_that_has_expired_says_so_whatever_is_named(world):
    token, _ = gathered(world, assigned("f-2"), assigned("f-3"))
    first = show(world, token).notices[0].id
    world.now += timedelta(days=7)
    for wanted in (first, ""):
        with pytest.raises(ExpiredLinkError):
            sign(world, token, wanted)


def test_a_gathered_letters_link_signs_nothing_that_it_does_not_list_or_is_not_named(world):
    token, _ = gathered(world, assigned("f-2"), assigned("f-3"))
    other = world.notice(recipient="C001", finding="f-first")["_id"]
    for wanted in (other, "forged", ""):
        with pytest.raises(NotOfLinkError):
            sign(world, token, wanted)
    assert world.told("notice.signed") == []


def test_what_was_signed_before_a_gathered_letter_left_is_not_on_its_page(world):
    world.deliver(assigned("f-2"), assigned("f-3"))
    done = world.notice(recipient="C001", finding="f-2")["_id"]
    world.sign(done, cadre())
    (letter,) = world.send()
    (shown,) = show(world, str(letter.link).rpartition("/")[2]).notices
    assert shown.id == world.notice(recipient="C001", finding="f-3")["_id"]


def test_a_gathered_letter_of_what_was_all_signed_has_no_link(world):
    world.deliver(assigned("f-2"), assigned("f-3"))
    for one in world.notices(recipient="C001"):
        world.sign(one["_id"], cadre())
    (letter,) = world.send()
    assert (letter.link, _LINK.findall(letter.text.body)) == (None, [])


@pytest.mark.parametrize("channel", ["sms", "wecom"])
def test_a_gathered_message_on_a_small_screen_still_leads_to_its_page(world, channel):
    world.contact("C001", **{channel: "13800000000"})
    token, letter = gathered(world, *[assigned(f"f-{number}") for number in range(2, 40)])
    assert token in fit(f"{letter.text.subject}\n{letter.text.body}", SPEEDS.of(channel).longest)


def test_a_link_that_was_kept_before_several_notices_shared_one_still_signs_once(world):
    (token,) = sent(world, assigned("f-1"))
    (link,) = world.all("links")
    notice = link.pop("notices")[0]
    del link["used"]
    world.database.collections["links"] = {link["_id"]: link | {"notice": notice, "used_at": None}}
    assert sign(world, token).notices[0].signed_at is not None
    with pytest.raises(UsedLinkError):
        sign(world, token)


def test_opening_a_link_changes_nothing_however_often(world):
    (token,) = sent(world, assigned("f-1"))
    before = [world.all(one) for one in ("notices", "links", "outbox")]
    for _ in range(3):
        shown = show(world, token)
    assert [world.all(one) for one in ("notices", "links", "outbox")] == before
    (notice,) = shown.notices
    assert (shown.recipient, notice.signed_at) == ("赵某某", None)
    assert "督〔2026〕1号" in notice.subject


def test_its_button_signs_and_says_by_which_way(world):
    (token,) = sent(world, assigned("f-1"))
    world.now = NOW + timedelta(hours=2)
    assert sign(world, token).notices[0].signed_at == "2026年2月25日12:00"
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
    assert show(world, token).notices[0].signed_at is None


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
    assert show(world, token).notices[0].signed_at is not None
    sign(world, token)
    assert len(world.told("notice.signed")) == 1
    assert world.notice(recipient="C001")["signed_by"] == "sub-C001"


def test_a_link_to_what_was_refused_does_not_sign_and_stays_unused(world):
    (token,) = sent(world, assigned("f-1"))
    world.record("refuse", world.notice(recipient="C001")["_id"], **REFUSED)
    assert show(world, token).notices[0].refused
    with pytest.raises(AlreadyRefusedError):
        sign(world, token)
    assert world.all("links")[0]["used"] == {}


def test_the_page_of_a_decision_about_a_person_does_not_name_it(world):
    (token,) = sent(world, measure())
    assert show(world, token).notices[0].subject == "送达本人的通知"


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
