"""Every outside channel against its stand-in: judged by what it says, and nothing leaves twice where it has a key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from deploy.local import channel_providers
from services.notifications.bootstrap import build
from tests.integration.notifications.conftest import process_of_service, send
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.notifications.events import DIRECT, assigned

pytestmark = pytest.mark.needs_mongo

# kind of the contact, the sink's name of it, what is known of an interrupted message
CHANNELS = {
    "sms": ("sms", "asked"),
    "wecom": ("wecom", "unknown"),
    "wecom_robot": ("wecom", "unknown"),
    "dingtalk": ("dingtalk", "unknown"),
    "webhook": ("webhook", "resent"),
}
# What the sink does, and what is shown then; {lost} stands for what is known of an interrupted message.
MOODS = {
    "": "sent", "slow": "sent", "retry": "pending", "busy": "pending", "later": "pending", "unknown_us": "pending",
    "refuse": "failed", "fail": "{lost}", "garbled": "{lost}", "half": "{lost}", "cut": "{lost}", "drop": "{lost}",
}  # fmt: skip
LOST = {"asked": "sending", "unknown": "unknown", "resent": "pending"}


class Told:
    """Somebody was told by one channel."""

    def __init__(self, who, kind, address, to):
        self.who, self.kind, self.address, self.to = who, kind, address, to


@pytest.fixture
def told(api, worker, channel_sink):
    numbers = iter(range(1, 1000))

    def tell(channel, test):
        kind, number = CHANNELS[channel][0], next(numbers)
        name = f"{test}{number}-{channel}"
        phone = f"138{abs(hash(name)) % 10**8:08}"
        address, to = {
            "sms": (phone, phone),
            "wecom": (name, name),
            "wecom_robot": (f"robot:{name}", name),
            "dingtalk": (f"own-{name}:SECown-{name}", f"own-{name}"),
            "webhook": (f"http://127.0.0.1:{channel_sink.port}/webhook/{name}", f"/webhook/{name}"),
        }[channel]
        who = name.upper()
        body = {"channels": [{"kind": kind, "address": address, "verified": True}]}
        assert api.ask("PUT", f"/contacts/{who}", json=body).status_code in (200, 201)
        worker.deliver(assigned(f"f-{who}", [DIRECT | {"cadre": who}], units=[]))
        return Told(who, kind, address, to)

    yield tell
    channel_sink.feel()


@pytest.fixture
def sender(app, environment):
    """The worker's app as it is when it has just started: it remembers no outage, and nobody else tidies up."""
    app.database.collection("leases").delete_many({})
    app.database.collection("throttles").delete_many({})
    app.database.collection("dispatches").delete_many({"status": {"$in": ["pending", "sending"]}})
    made = build(app.settings)
    yield made
    made.database.client.close()


def shown(api, one):
    (notice,) = api.items(f"/notices?recipient={one.who}")
    return next(delivery for delivery in notice["deliveries"] if delivery["channel"] == one.kind)


def hurry(app, who, **also):
    past = datetime.now(UTC) - timedelta(seconds=1)
    app.database.collection("throttles").delete_many({})
    app.database.collection("dispatches").update_many({"recipient": who}, {"$set": {"due_at": past, **also}})


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_known_after_each_answer_is_shown(api, sender, told, channel_sink, channel):
    failures = []
    for mood, wanted in MOODS.items():
        if channel == "webhook" and mood in ("refuse", "retry", "busy", "garbled", "half"):
            continue
        one = told(channel, mood or "well")
        channel_sink.feel(**{channel: mood})
        send(sender)
        expected = wanted.format(lost=LOST[CHANNELS[channel][1]])
        found = shown(api, one)
        told_of = str(found["last_error"])
        if found["status"] != expected or one.to in told_of or (expected != "sent") == (told_of == "None"):
            failures.append((mood, expected, found))
        sender._sending._outages.clear()
        hurry(sender, "nobody")
        sender.database.collection("dispatches").delete_many({"status": {"$in": ["pending", "sending"]}})
    assert failures == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_kill_9_while_sending_sends_nothing_twice(
    api, sender, told, channel_sink, environment, tmp_path, channel
):
    one = told(channel, "kill")
    channel_sink.feel(**{channel: "hang"})
    process = process_of_service(environment, sender.settings.database, "send", tmp_path / "send.log")
    try:
        eventually(lambda: channel_sink.taken(one.to) != [])
    finally:
        process.kill()
        process.wait(10)
    channel_sink.feel()
    assert shown(api, one)["status"] == "sending"
    past = datetime.now(UTC) - timedelta(seconds=1)
    hurry(sender, one.who, lease_until=past)
    sender.tidy()
    hurry(sender, one.who)
    send(sender)
    assert len(channel_sink.taken(one.to)) == 1
    wanted = "unknown" if CHANNELS[channel][1] == "unknown" else "sent"
    assert shown(api, one)["status"] == wanted
    if wanted == "unknown":
        (listed,) = api.items(f"/deliveries?status=unknown&recipient={one.who}")
        assert (listed["channel"], listed["attempts"]) == (one.kind, 1)


def test_a_provider_that_hangs_holds_up_no_other_channel(
    api, app, sender, told, channel_sink, environment, tmp_path
):
    """The whole worker, while the first channel in its order waits for an answer that does not come."""
    stuck, other = told("sms", "stuck"), told("webhook", "other")
    channel_sink.feel(sms="hang")
    own = environment | {
        "DUZE_NOTIFICATIONS_WORKER_PORT": str(free_port()),
        "DUZE_NOTIFICATIONS_AMQP_URI": f"amqp://nobody:nothing@127.0.0.1:{free_port()}/nowhere",
    }
    process = process_of_service(own, app.settings.database, "worker", tmp_path / "worker.log")
    try:
        eventually(lambda: channel_sink.taken(stuck.to) != [], 30)
        eventually(lambda: shown(api, other)["status"] == "sent", 30)
        # Whoever had waited for the one that hangs would find its attempt over.
        dispatch = app.database.collection("dispatches").find_one({"recipient": stuck.who})
        assert (dispatch["status"], dispatch["last_error"]) == ("sending", None)
    finally:
        process.kill()
        process.wait(10)


def test_a_message_the_gateway_never_got_is_sent_when_it_has_been_asked(api, sender, told, channel_sink):
    one = told("sms", "drop")
    channel_sink.feel(sms="drop")
    send(sender)
    assert (shown(api, one)["status"], channel_sink.taken(one.to)) == ("sending", [])
    channel_sink.feel()
    past = datetime.now(UTC) - timedelta(seconds=1)
    hurry(sender, one.who, lease_until=past)
    sender.tidy()
    assert shown(api, one)["status"] == "pending"
    hurry(sender, one.who)
    send(sender)
    assert (shown(api, one)["status"], len(channel_sink.taken(one.to))) == ("sent", 1)


def test_a_token_that_has_ended_is_fetched_anew(api, app, told, channel_sink, sender):
    first = told("wecom", "token")
    send(sender)
    line = sender._sending._senders["wecom"]
    line._token = "ended"
    second = told("wecom", "token")
    send(sender)
    assert [shown(api, one)["status"] for one in (first, second)] == ["sent", "sent"]
    assert sender.database.collection("dispatches").find_one({"recipient": second.who})["provider_id"]


def test_a_member_that_wecom_does_not_know_is_a_failure_though_its_code_is_0(api, worker, sender):
    body = {"channels": [{"kind": "wecom", "address": "nobody-1", "verified": True}]}
    assert api.ask("PUT", "/contacts/CNOBODY", json=body).status_code == 201
    worker.deliver(assigned("f-nobody", [DIRECT | {"cadre": "CNOBODY"}], units=[]))
    send(sender)
    (notice,) = api.items("/notices?recipient=CNOBODY")
    assert [one["status"] for one in notice["deliveries"]] == ["sent", "failed"]


def test_the_real_robot_limit_is_not_run_into(api, app, worker, sender, channel_sink):
    people = [f"GROUP-{number}" for number in range(23)]
    for who in people:
        body = {"channels": [{"kind": "dingtalk", "address": "own-group:SECown-group", "verified": True}]}
        assert api.ask("PUT", f"/contacts/{who}", json=body).status_code == 201
    worker.deliver(assigned("f-group", [DIRECT | {"cadre": who} for who in people], units=[]))
    send(sender)
    states = [one["status"] for one in api.items("/deliveries?channel=dingtalk&limit=200")]
    assert len(channel_sink.taken("own-group")) == 20
    assert states.count("pending") == 3
    assert not sender._sending.turn("dingtalk")


def test_webhooks_reach_no_other_host(api, worker, sender):
    body = {
        "channels": [{"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/x", "verified": True}]
    }
    assert api.ask("PUT", "/contacts/CHOST", json=body).status_code == 201
    worker.deliver(assigned("f-host", [DIRECT | {"cadre": "CHOST"}], units=[]))
    send(sender)
    (notice,) = api.items("/notices?recipient=CHOST")
    assert notice["deliveries"][1]["last_error"].startswith("the webhook's host is not among")


@pytest.mark.parametrize("channel", ["sms", "wecom", "dingtalk"])
def test_a_provider_that_is_away_costs_no_attempt_and_is_shown(api, app, sender, told, channel):
    one = told(channel, "away")
    away = build(replace(sender.settings, **{f"{channel}_url": f"http://127.0.0.1:{free_port()}"}))
    send(away)
    away.database.client.close()
    assert (shown(api, one)["status"], shown(api, one)["attempts"]) == ("pending", 0)
    states = {row["kind"]: row["health"] for row in api.items("/channels")}
    assert states[channel] == "away"
    send(sender)
    assert shown(api, one)["status"] == "sent"
    states = {row["kind"]: row["health"] for row in api.items("/channels")}
    assert states[channel] == "ok"


def test_the_button_of_a_card_signs_once_by_wecoms_callback_and_nothing_else_does(
    api, sender, told, channel_sink
):
    one = told("wecom", "button")
    send(sender)
    (card,) = channel_sink.taken(one.to)
    assert "/sign/" not in card["text"]
    address = f"http://127.0.0.1:{channel_sink.port}/press/{card['id']}"
    assert [requests.post(address, timeout=10).json().get("button") for _ in range(2)] == ["已签收"] * 2
    (notice,) = api.items(f"/notices?recipient={one.who}")
    assert (notice["status"], notice["signed_by"]) == ("signed", "card:wecom")
    rows = api.items(f"/audit?subject={notice['id']}", "auditor")
    assert [row["actor"] for row in rows if row["action"] == "notice.signed.v1"] == ["card:wecom"]
    they = channel_providers.ENTERPRISE
    own = f"http://127.0.0.1:{api.port}/wecom/callback"
    query, sealed = they.request("4711")
    assert requests.get(own, query | {"echostr": sealed}, timeout=10).text == "4711"
    forged = requests.get(own, query | {"echostr": sealed, "nonce": "x"}, timeout=10)
    assert (forged.status_code, forged.json()["code"]) == (403, "forged_callback")
    xml = {"Content-Type": "text/xml"}
    assert requests.post(own, b"<xml/>", params=query, headers=xml, timeout=10).status_code == 403


def test_the_channels_come_in_pages(api):
    whole = [one["kind"] for one in api.items("/channels")]
    first = api.get("/channels?limit=4")
    rest = api.get(f"/channels?limit=4&cursor={first['next']}")
    assert [one["kind"] for one in first["items"] + rest["items"]] == whole
    assert (len(first["items"]), rest["next"]) == (4, None)


def test_operators_stop_a_channel_send_once_more_and_try_one(api, sender, told, channel_sink):
    one = told("wecom", "operate")
    assert api.ask("POST", "/channels/wecom/pause", role="office", json={}).status_code == 403
    assert api.ask("POST", "/channels/pigeon/pause", role="admin", json={}).status_code == 404
    assert api.ask("POST", "/channels/wecom/pause", role="admin", json={}).json()["health"] == "paused"
    send(sender)
    assert shown(api, one)["status"] == "pending"
    assert api.ask("POST", "/channels/wecom/resume", role="admin", json={}).json()["health"] == "ok"
    channel_sink.feel(wecom="refuse")
    send(sender)
    (notice,) = api.items(f"/notices?recipient={one.who}")
    assert notice["status"] == "failed"
    channel_sink.feel()
    path = f"/notices/{notice['id']}/resend"
    assert api.ask("POST", path, json={}).json()["deliveries"][1]["status"] == "pending"
    again = api.ask("POST", path, json={})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_resend")
    send(sender)
    assert shown(api, one)["status"] == "sent"
    (masked, *_) = api.items("/deliveries?channel=wecom&status=sent&limit=1", role="admin")
    assert masked["recipient"].endswith("***")
    later = "2199-01-01T00:00:00Z"
    assert api.items(f"/deliveries?from={later}") == []
    assert api.items(f"/deliveries?to={later}") != []


def test_whoever_tries_a_channel_gets_a_message_himself(api, sender, channel_sink):
    content = "cadre,kind,address\nteam:T01,sms,13900000001\n"
    assert api.bring_in(content).status_code == 200
    assert api.ask("POST", "/channels/sms/test", role="auditor", json={}).status_code == 403
    sent = api.ask("POST", "/channels/sms/test", role="supervisor", team="T01", json={})
    assert (sent.status_code, sent.json()["recipient"]) == (200, "team:T01"), sent.text
    send(sender)
    (taken,) = channel_sink.taken("13900000001")
    assert taken["text"].startswith("测试消息")
    health = api.get("/readyz")["details"]["channels"]
    assert set(health) == {"email", "sms", "wecom", "dingtalk", "webhook", "paper"}
