"""The callback of WeCom: read when it is WeCom's, for us and fresh; a button signs once, for whom it was sent to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.wecom_member import Enterprise
from services.notifications.adapters.memory import RecordingSender
from services.notifications.adapters.wecom_callback import FRESH, WecomCallback
from services.notifications.application.cards import Cards, Press, Signature, WecomCallbacks
from services.notifications.domain.errors import ForgedCallbackError, NoCallbackError
from tests.unit.notifications.events import NOW, assigned, registered
from tests.unit.notifications.test_recorded_receipts import REFUSED
from tests.unit.notifications.world import World, cadre

THEY = Enterprise("ww-test", 7, "a-token", "k" * 42 + "0")
SOMEBODY = replace(THEY, token="another")
MOMENT = datetime(2026, 2, 25, 2, 0, tzinfo=UTC)
STAMP = int(MOMENT.timestamp())


def reader(corp="ww-test", agent=7):
    return WecomCallback(corp, agent, THEY.token, THEY.key, lambda count: b"r" * count)


def envelope(sealed):
    return f"<xml><ToUserName>ww-test</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode()


def told(plain, they=THEY, stamp=STAMP):
    query, sealed = they.request(plain, stamp)
    return Signature(**query), envelope(sealed)


def test_the_text_that_proves_the_address_comes_back_in_the_clear():
    query, sealed = THEY.request("4711", STAMP)
    assert reader().echo(Signature(**query), sealed, MOMENT) == "4711"


def test_a_pressed_button_is_read():
    signature, body = told(THEY.pressed("zhao", "a-key"))
    assert reader().press(signature, body, MOMENT) == Press("zhao", "a-key")


def test_what_is_no_button_is_no_press():
    other = "<xml><MsgType>event</MsgType><Event>enter_agent</Event></xml>"
    assert reader().press(*told(other), MOMENT) is None


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        told(THEY.pressed("zhao", "a-key"), SOMEBODY),
        told(THEY.pressed("zhao", "a-key"), replace(THEY, key="x" * 42 + "0")),
        told(THEY.pressed("zhao", "a-key"), replace(THEY, corp="ww-other")),
        told(THEY.pressed("zhao", "a-key").replace("<AgentID>7", "<AgentID>8")),
        told("no xml at all"),
        (told("<xml/>")[0], envelope("bm90IHNlYWxlZA==")),
        (told("<xml/>")[0], b"<xml><!DOCTYPE x [<!ENTITY a 'b'>]></xml>"),
        (told("<xml/>")[0], b"not xml"),
        (told("<xml/>")[0], b""),
        (replace(told("<xml/>")[0], msg_signature="ß"), told("<xml/>")[1]),
    ],
    ids=[
        "token",
        "key",
        "enterprise",
        "application",
        "text",
        "cipher",
        "entity",
        "body",
        "empty",
        "signature",
    ],
)
def test_what_is_not_from_wecom_or_not_for_us_is_forged(signature, body):
    with pytest.raises(ForgedCallbackError):
        reader().press(signature, body, MOMENT)


@pytest.mark.parametrize("sealed", ["", "AAAA", "A" * 44, "A" * 88])
def test_a_signed_text_that_cannot_be_opened_is_forged(sealed):
    signature = Signature(THEY.signature(str(STAMP), "n", sealed), str(STAMP), "n")
    with pytest.raises(ForgedCallbackError):
        reader().echo(signature, sealed, MOMENT)


@pytest.mark.parametrize("age", [FRESH + timedelta(seconds=1), -FRESH - timedelta(seconds=1)])
def test_a_message_that_is_not_fresh_is_refused(age):
    signature, body = told(THEY.pressed("zhao", "a-key"))
    with pytest.raises(ForgedCallbackError):
        reader().press(signature, body, MOMENT + age)


def test_a_time_that_is_none_is_refused():
    sealed = THEY.sealed("<xml/>")
    signature = Signature(THEY.signature("soon", "n", sealed), "soon", "n")
    with pytest.raises(ForgedCallbackError):
        reader().press(signature, envelope(sealed), MOMENT)


def test_without_a_reader_there_is_no_callback():
    with pytest.raises(NoCallbackError):
        WecomCallbacks(None, None, None, None).echo("x", msg_signature="a", timestamp="b", nonce="c")  # type: ignore[arg-type]


class Member:
    """Somebody with a card of a notice."""

    def __init__(self):
        self.world = World(sign_url="https://duze.invalid", also={"wecom": RecordingSender()})
        self.world.deliver(registered("C001", "赵测试"))
        self.world.contact("C001", wecom="zhao")
        self.world.deliver(assigned("f-1"))
        self.world.send()
        (letter,) = self.world.senders["wecom"].letters
        self.key = str(letter.link).rpartition("/")[2]

    def press(self, member="zhao", key=None):
        cards = Cards(self.world.signing)
        return self.world.work(lambda work: cards.press(work, Press(member, key or self.key)))

    def notice_of(self, finding):
        return self.world.notice(recipient="C001", finding=finding)

    @property
    def notice(self):
        return self.notice_of("f-1")


@pytest.fixture
def zhao():
    return Member()


def test_the_button_signs_and_the_audit_trail_says_so(zhao):
    assert zhao.press() == "已签收"
    assert (zhao.notice["status"], zhao.notice["signed_by"]) == ("signed", "card:wecom")
    (row,) = zhao.world.all("audit")
    assert (row["actor"], row["action"]) == ("card:wecom", "notice.signed.v1")


def test_the_same_press_told_again_changes_nothing_and_says_the_same(zhao):
    zhao.press()
    before = zhao.notice
    zhao.world.now = NOW + timedelta(hours=1)
    assert zhao.press() == "已签收"
    assert zhao.notice == before
    assert len(zhao.world.told("notice.signed")) == len(zhao.world.all("audit")) == 1


def test_a_card_that_somebody_else_presses_signs_nothing(zhao):
    assert (zhao.press("qian"), zhao.notice["signed_at"]) == ("无效", None)
    assert zhao.press() == "已签收"


def test_a_key_that_is_none_signs_nothing(zhao):
    assert (zhao.press(key="forged"), zhao.notice["signed_at"]) == ("无效", None)


def test_the_button_of_a_mailed_link_signs_nothing(zhao):
    zhao.world.contact("C001", email="zhao@demo.invalid")
    zhao.world.deliver(assigned("f-2"))
    letter = zhao.world.send()[-1]
    zhao.world.contact("C001", wecom="zhao")
    assert zhao.press(key=str(letter.link).rpartition("/")[2]) == "无效"


def test_the_link_of_a_gathered_card_is_no_button(zhao):
    zhao.world.deliver(assigned("f-2"), assigned("f-3"))
    zhao.world.now = NOW + timedelta(minutes=11)
    zhao.world.send()
    letter = zhao.world.senders["wecom"].letters[-1]
    assert (zhao.press(key=str(letter.link).rpartition("/")[2]), zhao.notice_of("f-2")["signed_at"]) == (
        "无效",
        None,
    )


def test_a_card_that_is_too_old_or_refused_says_so(zhao):
    zhao.world.record("refuse", zhao.notice["_id"], **REFUSED)
    assert zhao.press() == "已登记拒签"
    zhao.world.now = NOW + timedelta(days=8)
    assert zhao.press() == "已过期,请登录签收"
    assert zhao.notice["signed_at"] is None


def test_what_was_signed_in_the_inbox_stays_so(zhao):
    zhao.world.sign(zhao.notice["_id"], cadre())
    assert zhao.press() == "已签收"
    assert zhao.notice["signed_by"] == "sub-C001"
