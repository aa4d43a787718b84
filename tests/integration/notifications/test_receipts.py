"""Receipts on real servers: links in real mails, what the office records, and reminders by any number of workers."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from shared.persistence.due import woken_by
from tests.integration.notifications.conftest import Api, ChannelSink, Sink, Worker, process_of_service, send
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.notifications.events import DIRECT, LINE, PRINCIPAL, assigned, registered, warned

pytestmark = pytest.mark.needs_mongo
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOTICES = 60
LONG = 30 * 86400


@pytest.fixture
def token(api: Api, app: Any, worker: Worker, sink: Sink, request: Any) -> str:
    """A link that came by mail."""
    cadre = f"L-{request.node.name[-20:]}"
    address = f"{abs(hash(cadre))}@demo.invalid"
    body = {"channels": [{"kind": "email", "address": address, "verified": True}]}
    assert api.ask("PUT", f"/contacts/{cadre}", "office", json=body).status_code in (200, 201)
    person = {**DIRECT, "cadre": cadre}
    worker.deliver(registered(cadre, "赵测试"), assigned(f"f-{cadre}", [person], units=[]))
    send(app)
    (mail,) = sink.mails(address)
    found = re.search(r"/sign/(\S+)", mail.get_content())
    assert found is not None
    return found[1]


def page(api: Api, method: str, token: str, **rest: Any) -> requests.Response:
    return requests.request(method, f"http://127.0.0.1:{api.port}/sign/{token}", timeout=10, **rest)


@pytest.mark.parametrize("channel", ["email", "wecom"])
def test_the_page_of_a_gathered_message_signs_each_notice_by_its_own_button(
    api: Api, app: Any, worker: Worker, sink: Sink, channel_sink: ChannelSink, channel: str
) -> None:
    who = f"G-{channel}"
    address = {"email": "gathered-page@demo.invalid", "wecom": "gathered-page"}[channel]
    body = {"channels": [{"kind": channel, "address": address, "verified": True}]}
    assert api.ask("PUT", f"/contacts/{who}", "office", json=body).status_code in (200, 201)
    person = {**DIRECT, "cadre": who}
    worker.deliver(*[assigned(f"f-{who}-{number}", [person], units=[]) for number in (1, 2)])
    send(app)
    if channel == "email":
        (mail,) = sink.mails(address)
        (token,) = set(re.findall(r"/sign/(\S+)", mail.get_content()))
    else:
        (card,) = channel_sink.taken(address)
        token = card["link"].rpartition("/sign/")[2]
    shown = page(api, "GET", token)
    first, second = re.findall(r'name="notice" value="([^"]+)"', shown.text)
    assert (shown.status_code, shown.text.count("确认签收")) == (200, 2)
    assert {one["status"] for one in api.items(f"/notices?recipient={who}")} == {"sent"}
    assert page(api, "POST", token, data={}, headers=FORM).status_code == 422
    once = page(api, "POST", token, data={"notice": second})
    assert (once.status_code, once.text.count("确认签收")) == (200, 1)
    assert page(api, "POST", token, data={"notice": second}).status_code == 409
    statuses = {one["id"]: one["status"] for one in api.items(f"/notices?recipient={who}")}
    assert statuses == {first: "sent", second: "signed"}
    last = page(api, "POST", token, data={"notice": first})
    assert (last.status_code, "确认签收" in last.text) == (200, False)
    assert page(api, "GET", token).status_code == 409


def test_a_link_that_came_by_mail_signs_once_by_its_button_and_by_nothing_else(
    api: Api, app: Any, token: str
) -> None:
    notices = app.database.collection("notices")
    signed_so = {"signed_by": "link:email", "recipient": {"$regex": "^L-"}}
    for _ in range(2):
        shown = page(api, "GET", token)
        assert (shown.status_code, "确认签收" in shown.text, "赵某某" in shown.text) == (200, True, True)
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    assert (shown.headers["Referrer-Policy"], shown.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "赵测试" not in shown.text
    assert page(api, "HEAD", token).status_code == 200
    assert notices.count_documents(signed_so) == 0
    signed = page(api, "POST", token, data="confirm=yes", headers=FORM)
    assert (signed.status_code, "签收" in signed.text) == (200, True)
    assert notices.count_documents(signed_so) == 1
    for method in ("GET", "POST"):
        again = page(api, method, token, headers=FORM)
        assert (again.status_code, "链接已使用" in again.text) == (409, True)


def test_forged_and_expired_links_get_a_page_that_says_so(api: Api, app: Any, token: str) -> None:
    for method in ("GET", "POST"):
        forged = page(api, method, token + "x", headers=FORM)
        assert (forged.status_code, "链接无效" in forged.text) == (404, True)
    app.database.collection("links").update_many(
        {}, {"$set": {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}}
    )
    for method in ("GET", "POST"):
        late = page(api, method, token, headers=FORM)
        assert (late.status_code, "链接已过期" in late.text) == (410, True)


def test_the_office_records_and_prints_and_the_recipient_has_it_in_his_todo(api: Api, worker: Worker) -> None:
    worker.deliver(registered("R001", "赵测试"), warned("r-1", "R001"))
    (notice,) = api.items("/notices?recipient=R001&unsigned=true")
    todo = api.items("/todo", "cadre", cadre="R001")
    assert [(one["what"], one["id"]) for one in todo] == [("sign", notice["id"])]
    now = datetime.now(UTC).isoformat()
    path = f"/notices/{notice['id']}"
    call = {"at": now, "by": "值班甲", "answered_by": "李某某"}
    assert api.ask("POST", f"{path}/phone", "office", json=call).json()["calls"][0]["by"] == "值班甲"
    few = api.ask("POST", f"{path}/refuse", "office", json={"witnesses": ["甲"], "reason": "不签"})
    assert (few.status_code, list(few.json()["errors"])) == (422, ["witnesses"])
    refusal = {"witnesses": ["甲", "乙"], "reason": "不签"}
    assert api.ask("POST", f"{path}/refuse", "office", json=refusal).json()["status"] == "refused"
    paper = api.ask("POST", f"{path}/paper", "office", json={"at": now, "by": "送达人"})
    assert (paper.status_code, paper.json()["code"]) == (409, "already_refused")
    printed = api.ask("GET", f"{path}.docx")
    assert (printed.status_code, printed.content[:2]) == (200, b"PK")
    assert api.items("/notices?recipient=R001&unsigned=true") == []
    assert api.items("/todo", "cadre", cadre="R001") == []


def test_two_workers_and_a_moved_clock_remind_once_and_tell_each_leader_once(
    app: Any, worker: Worker, environment: dict[str, str], tmp_path: Path
) -> None:
    """Both believe that they hold the lease, which is the worst that can happen."""
    clock = tmp_path / "clock"
    for name in ("notices", "outbox"):
        app.database.collection(name).delete_many({})
    worker.deliver(
        *(
            assigned(f"w-{n}", [{**DIRECT, "cadre": f"W{n}"}, LINE, PRINCIPAL], units=[])
            for n in range(NOTICES)
        )
    )
    notices = app.database.collection("notices")
    clock.write_text(str(LONG))
    made = []
    try:
        for place in range(2):
            own = environment | {
                "DUZE_TEST_CLOCK_FILE": str(clock), "DUZE_NOTIFICATIONS_WORKER_PORT": str(free_port()),
                "DUZE_NOTIFICATIONS_AMQP_URI": f"amqp://nobody:nothing@127.0.0.1:{free_port()}/nowhere",
                "TEST_LEASES_FOR_ALL": "yes",
            }  # fmt: skip
            log = tmp_path / f"worker-{place}.log"
            made.append(process_of_service(own, app.settings.database, "worker", log))
        eventually(partial(_all_passed_on, notices), 60)
    finally:
        for process in made:
            process.kill()
            process.wait(10)
    told = Counter(one["event"] for one in notices.find({"recipient": "C004"}))
    first = list(notices.find({"recipient": {"$regex": "^W"}}))
    assert told == {f"unsigned:{one['_id']}": 1 for one in first}
    # Queued, reminded, passed on: each once.
    assert {one["version"] for one in first} == {3}
    assert {one["reminding"]["leader"] for one in first} == {"C004"}


def _all_passed_on(notices: Any) -> None:
    assert notices.count_documents({"reminding.leader": "C004"}) == NOTICES


def test_what_is_due_is_found_by_its_index(app: Any) -> None:
    due = woken_by(datetime.now(UTC) - timedelta(days=9))
    plan = app.database.collection("notices").find(due).sort("wake_at", 1).limit(100).explain()
    assert "wake_at_1" in str(plan["queryPlanner"]["winningPlan"])


def test_an_address_by_hand_waits_for_its_code_and_a_wrong_one_counts(api: Api, app: Any, sink: Sink) -> None:
    body = {"channels": [{"kind": "email", "address": "hand@demo.invalid"}]}
    assert api.ask("PUT", "/contacts/V001", "office", json=body).json()["reachable"] is False
    send(app)
    (mail,) = sink.mails("hand@demo.invalid")
    found = re.search(r"验证码:(\d{6})", mail.get_content())
    assert found is not None
    wrong = "000000" if found[1] != "000000" else "000001"
    for left in (4, 3):
        refused = api.ask("POST", "/contacts/V001/verify", "office", json={"kind": "email", "code": wrong})
        assert (refused.status_code, f"{left} attempts" in str(refused.json()["errors"])) == (422, True)
    right = api.ask("POST", "/contacts/V001/verify", "office", json={"kind": "email", "code": found[1]})
    assert (right.status_code, right.json()["reachable"]) == (200, True)
