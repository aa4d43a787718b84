"""Mail by a real server on the real database: what is known of each attempt, and that none is made twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.bootstrap import build
from shared.observability import metrics
from tests.integration.notifications.conftest import GATHER_SECONDS, process_of_service, send
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.notifications.events import DIRECT, assigned, warned

pytestmark = pytest.mark.needs_mongo


@pytest.fixture
def told(api, worker):
    """Somebody with this address is told of a finding; his id."""

    def tell(address, finding=None, **told):
        who = address.partition("@")[0].upper()
        body = {"channels": [{"kind": "email", "address": address, "verified": True}]}
        assert api.ask("PUT", f"/contacts/{who}", json=body).status_code in (200, 201)
        direct = DIRECT | {"cadre": who}
        worker.deliver(assigned(finding or f"f-{who}", [direct], units=[], **told))
        return who

    return tell


def notice(api, who, **rest):
    (found,) = api.items(f"/notices?recipient={who}", **rest)
    return found


def mail(api, who):
    return next(one for one in notice(api, who)["deliveries"] if one["channel"] == "email")


def counted(outcome):
    return metrics.NOTICES.labels("email", outcome)._value.get()


def test_a_notice_leaves_as_a_mail_that_says_what_the_inbox_says(api, app, told, sink):
    before = counted("sent")
    who = told("taken-1@demo.invalid")
    send(app)
    shown = notice(api, who)
    assert (shown["status"], mail(api, who)["status"], mail(api, who)["attempts"]) == ("sent", "sent", 1)
    (received,) = sink.mails("taken-1@demo.invalid")
    assert (received["subject"], received["from"]) == (shown["subject"], "duze@county.invalid")
    # The link to sign by stands before it.
    assert received.get_content().replace("\r\n", "\n").strip().endswith(shown["body"].strip())
    assert received["auto-submitted"] == "auto-generated"
    assert received["message-id"].endswith("@county.invalid>")
    assert counted("sent") == before + 1


@pytest.mark.parametrize(
    ("mood", "status", "error"),
    [
        ("later", "pending", "the mail server does not take the recipient now (451)"),
        ("full", "pending", "the mail server does not take the message now (452)"),
        ("hangup", "pending", "the connection broke before the message (SMTPServerDisconnected)"),
        ("refused", "failed", "the mail server refused the recipient (550)"),
        ("spam", "failed", "the mail server refused the message (554)"),
        ("cut", "unknown", "the connection broke while the server was taking the message"),
    ],
)
def test_what_is_known_of_an_attempt_that_went_wrong_is_shown(api, app, told, mood, status, error):
    who = told(f"{mood}-1@demo.invalid")
    send(app)
    shown = mail(api, who)
    assert (shown["status"], shown["last_error"], shown["attempts"]) == (status, error, 1)
    assert notice(api, who)["status"] == ("failed" if status == "failed" else "queued")
    assert "demo.invalid" not in str(shown)


def test_one_message_that_goes_wrong_does_not_hold_up_the_others(api, app, told, sink):
    people = [
        told(f"{mood}-2@demo.invalid") for mood in ("cut", "taken", "refused", "fine", "hangup", "good")
    ]
    send(app)
    assert [mail(api, who)["status"] for who in people] == [
        "unknown", "sent", "failed", "sent", "pending", "sent",
    ]  # fmt: skip


def test_what_may_have_left_is_not_sent_again(api, app, told, sink):
    who = told("cut-3@demo.invalid")
    for _ in range(3):
        send(app)
        app.tidy()
    assert (mail(api, who)["status"], len(sink.mails("cut-3@demo.invalid"))) == ("unknown", 1)


def test_what_was_not_taken_now_is_tried_again_when_its_pause_is_over(api, app, told, sink):
    who = told("full-4@demo.invalid")
    send(app)
    body = {"channels": [{"kind": "email", "address": "mended-4@demo.invalid", "verified": True}]}
    assert api.ask("PUT", f"/contacts/{who}", json=body).status_code == 200
    send(app)
    assert sink.mails("mended-4@demo.invalid") == []
    hurry(app, who)
    send(app)
    assert (mail(api, who)["status"], mail(api, who)["attempts"]) == ("sent", 2)
    first, second = sink.mails("full-4@demo.invalid")[0], sink.mails("mended-4@demo.invalid")[0]
    assert first["message-id"] == second["message-id"]


def hurry(app, who, **also):
    """As if time had passed for the messages to somebody."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    dispatches = app.database.collection("dispatches")
    assert dispatches.update_many({"recipient": who}, {"$set": {"due_at": past, **also}}).modified_count


def test_a_mail_server_that_is_away_costs_no_attempt(api, app, told):
    who = told("away-5@demo.invalid")
    away = build(replace(app.settings, smtp_port=free_port()))
    send(away)
    assert (mail(api, who)["status"], mail(api, who)["attempts"]) == ("pending", 0)
    away.database.client.close()
    send(app)
    assert mail(api, who)["status"] == "sent"


def test_the_first_goes_at_once_and_what_follows_is_gathered(api, app, told, worker, sink):
    address = "gathered-6@demo.invalid"
    who = told(address, "f-6")
    send(app)
    begun = datetime.now(UTC)
    worker.deliver(warned("f-6", who), assigned("f-7", [DIRECT | {"cadre": who}], units=[]))
    send(app)
    assert len(sink.mails(address)) == 1
    assert {one["status"] for one in api.items(f"/notices?recipient={who}")} == {"sent", "queued"}

    def gathered():
        send(app)
        return len(sink.mails(address)) == 2

    eventually(gathered, seconds=GATHER_SECONDS + 10)
    assert datetime.now(UTC) - begun >= timedelta(seconds=GATHER_SECONDS - 0.5)
    assert sink.mails(address)[1]["subject"].endswith("等2条通知")
    assert {one["status"] for one in api.items(f"/notices?recipient={who}")} == {"sent"}


def test_what_is_not_urgent_says_when_it_will_leave(api, app, told, sink):
    who = told("digest-8@demo.invalid", severity="minor")
    send(app)
    shown = mail(api, who)
    assert (shown["status"], shown["due_at"][11:]) == ("pending", "08:30:00+08:00")
    assert sink.mails("digest-8@demo.invalid") == []


def test_kill_9_while_sending_leaves_unknown_behind_and_nothing_is_resent(
    api, app, told, sink, environment, tmp_path
):
    address = "stall-9@demo.invalid"
    who = told(address)
    process = process_of_service(environment, app.settings.database, "send", tmp_path / "send.log")
    try:
        eventually(lambda: sink.mails(address) != [])
    finally:
        process.kill()
        process.wait(10)
    assert mail(api, who)["status"] == "sending"
    app.tidy()
    send(app)
    assert mail(api, who)["status"] == "sending", "its lease has not run out yet"
    hurry(app, who, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    before = counted("unknown")
    app.tidy()
    send(app)
    assert (mail(api, who)["status"], notice(api, who)["status"]) == ("unknown", "queued")
    assert "gone" in mail(api, who)["last_error"]
    assert (len(sink.mails(address)), counted("unknown")) == (1, before + 1)


def test_two_workers_share_the_work_and_send_each_mail_once(api, app, told, sink, environment, tmp_path):
    addresses = [f"shared-{number}@demo.invalid" for number in range(12)]
    people = [told(address) for address in addresses]
    processes = [
        process_of_service(environment, app.settings.database, "send", tmp_path / f"{number}.log")
        for number in range(2)
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    send(app)
    assert [len(sink.mails(address)) for address in addresses] == [1] * 12
    assert {mail(api, who)["status"] for who in people} == {"sent"}


def test_while_the_database_is_away_the_sender_waits_for_its_next_turn(app):
    away = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=duze&serverSelectionTimeoutMS=300"
    other = build(replace(app.settings, mongo_uri=away))
    send(other)
    other.tidy()
    other.database.client.close()


def test_what_became_of_a_mail_is_told_with_the_event_that_caused_the_notice(worker, app, told):
    who = told("traced-10@demo.invalid")
    send(app)
    queued, sent = [one for one in worker.told("notice.") if one.data["recipient"] == who]
    assert (queued.type, sent.type) == ("notice.queued.v1", "notice.sent.v1")
    assert (sent.causationid, sent.correlationid) == (queued.causationid, queued.correlationid)
    assert sent.causationid == sent.data["event"]
