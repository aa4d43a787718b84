"""What needs the database: repeats across deaths and processes, audit rows, quarantine, readiness, state."""

import signal
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from bson import Binary
from pymongo import MongoClient

from tests.integration.http.client import bearer, free_port

pytestmark = pytest.mark.needs_mongo
THING = {"name": "卡口", "area": "990100001"}


@pytest.fixture
def database(mongo_uri):
    """The fake service's database, empty."""
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        found = client["duze_fake_http"]
        for name in found.list_collection_names():
            # Not dropped: that would wait a minute for the transaction of a process that a test has killed.
            found[name].delete_many({})
        yield found


@pytest.fixture
def service(start, mongo_uri, database):
    one = start(DUZE_FINDINGS_MONGO_URI=mongo_uri)
    wait_ready(one)
    return one


def wait_ready(service, status=200):
    until = time.monotonic() + 20
    while (answer := service.get("/readyz")).status != status:
        assert time.monotonic() < until, answer.body
        time.sleep(0.2)  # between two looks, bounded by `until`
    return answer


def keyed(key):
    return {**bearer(), "Idempotency-Key": key}


def test_a_request_that_dies_before_its_commit_leaves_no_key_behind(service, database, tmp_path):
    dying = {**THING, "name": "die"}
    with pytest.raises((OSError, AttributeError)):
        service.post("/things", dying, keyed("k1")).status  # noqa: B018
    assert service.process.wait(10) == -signal.SIGKILL
    assert database["things"].count_documents({}) == 0
    assert database["idempotency"].count_documents({}) == 0
    service.start(tmp_path)
    answer = service.post("/things", THING, keyed("k1"))
    assert (answer.status, answer.headers.get("idempotency-replayed")) == (201, None)


def test_an_answer_survives_the_process_that_gave_it(service, database, tmp_path):
    first = service.post("/things", THING, keyed("k2"))
    service.end(signal.SIGKILL)
    service.start(tmp_path)
    again = service.post("/things", THING, keyed("k2"))
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    assert database["things"].count_documents({}) == 1


def test_the_same_key_at_two_processes_at_once_has_one_effect(service, start, mongo_uri, database):
    other = start(DUZE_FINDINGS_MONGO_URI=mongo_uri)
    heard = []
    slow = {**THING, "name": "slow"}
    clients = [
        threading.Thread(target=lambda at=at: heard.append(at.post("/things", slow, keyed("k3"))))
        for at in (service, other)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert database["things"].count_documents({}) == 1
    final = service.post("/things", slow, keyed("k3"))
    assert (final.status, final.headers["idempotency-replayed"]) == (201, "true")
    assert {answer.status for answer in heard} <= {201, 409, 503}
    assert {answer.json["id"] for answer in heard if answer.status == 201} == {final.json["id"]}


def test_a_batch_that_died_half_way_goes_on_where_it_stopped(service, database, tmp_path):
    lines = b'{"name": "a"}\n{"name": "b"}\n{"name": "die"}\n{"name": "d"}\n{"name": "e"}\n'
    with pytest.raises((OSError, AttributeError)):
        service.post("/things/batch", lines, keyed("b1"), "application/x-ndjson").status  # noqa: B018
    service.process.wait(10)
    kept = [thing["_id"] for thing in database["things"].find(sort=[("_id", 1)])]
    assert len(kept) == 4
    # The rest is told to end well: the same body would kill it again at the same line, were that run again.
    service.start(tmp_path)
    mended = service.post("/things/batch", lines.replace(b"die", b"xxx"), keyed("b1"), "application/x-ndjson")
    assert mended.json["code"] == "idempotency_mismatch"
    assert database["things"].count_documents({}) == 4


def test_a_write_without_an_event_leaves_an_audit_row(service, database):
    made = service.post("/things", THING, {**bearer(sub="u7", area="990100"), "X-Request-Id": "req-7"}).json
    service.post(f"/things/{made['id']}/close", b"", bearer(sub="u8"))
    service.post("/things", {**THING, "area": "990100002"}, bearer(area="990100001"))
    rows = list(database["audit"].find(sort=[("at", 1), ("_id", 1)]))
    assert [(row["actor"], row["action"], row["subject"]) for row in rows] == [
        ("u7", "POST /things", made["id"]),
        ("u8", "POST /things/{id}/close", made["id"]),
    ]
    assert (rows[0]["role"], rows[0]["area"], rows[0]["request_id"]) == ("supervisor", "990100", "req-7")


def quarantined(database, count):
    body = (
        '{"id":"01890a5d-ac96-774b-bcce-b302099a8057","type":"finding.posted.v1",'
        '"data":{"name":"测试","n":13800000000}}'
    )
    for number in range(count):
        database["quarantine"].insert_one(
            {
                "_id": f"findings.accountability.v1:{number}",
                "queue": "findings.accountability.v1",
                "reason": "schema",
                "type": "finding.posted.v1" if number else "someone's name",
                "event_id": str(uuid.uuid4()),
                "body": Binary(body.encode()),
                "headers": {"x-reason": "schema"},
                "properties": {"user_id": "测试"},
                "state": "open",
                "times": 1,
                "at": time_at(number),
            }
        )
    return body


def time_at(number):
    from datetime import UTC, datetime, timedelta

    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)


def test_the_quarantine_is_listed_newest_first_and_shown_masked(service, database):
    quarantined(database, 3)
    admin = bearer("admin")
    page = service.get("/quarantine?limit=2&state=open", admin).json
    assert [item["id"][-1] for item in page["items"]] == ["2", "1"]
    rest = service.get(f"/quarantine?limit=2&state=open&cursor={page['next']}", admin).json
    assert [item["id"][-1] for item in rest["items"]] == ["0"]
    assert rest["items"][0]["type"] == "<text of 14>"
    shown = service.get(f"/quarantine/{page['items'][0]['id']}", admin)
    assert shown.json["body"]["json"]["data"] == {"name": "<text of 2>", "n": "<int>"}
    assert shown.json["body"]["json"]["type"] == "finding.posted.v1"
    assert "测试" not in shown.body.decode()
    assert service.get("/quarantine/none", admin).status == 404
    assert service.get("/quarantine?cursor=nonsense", admin).json["code"] == "invalid_cursor"


def test_a_message_is_redriven_or_discarded_once_intact_and_audited(service, database):
    body = quarantined(database, 2)
    admin = bearer("admin", sub="root")
    first, second = (f"/quarantine/findings.accountability.v1:{number}" for number in (0, 1))
    assert service.post(f"{first}/redrive", headers=admin).json["state"] == "redriving"
    answer = service.post(f"{first}/redrive", headers=admin)
    assert (answer.status, answer.json["state"]) == (409, "redriving")
    assert service.post(f"{second}/discard", {}, admin).status == 422
    assert service.post(f"{second}/discard", {"reason": "a test"}, admin).json["state"] == "discarded"
    kept = list(database["quarantine"].find())
    assert [bytes(row["body"]).decode() for row in kept] == [body] * 2
    assert {row["action"] for row in database["audit"].find({"actor": "root"})} == {
        "POST /quarantine/{id}/redrive", "POST /quarantine/{id}/discard"}  # fmt: skip


@pytest.mark.parametrize("role", ["supervisor", "office", "commission"])
def test_the_quarantine_is_for_admins_and_the_auditor_alone(service, role):
    assert service.get("/quarantine", bearer(role)).status == 403


def test_the_auditor_reads_the_quarantine_and_decides_nothing(service):
    assert service.get("/quarantine", bearer("auditor")).status == 200
    assert service.post("/quarantine/x/redrive", headers=bearer("auditor")).status == 403
    assert service.post("/quarantine/x/discard", {"reason": "a test"}, bearer("auditor")).status == 403


def test_a_worker_tells_the_state_of_its_collections_and_its_app(start, mongo_uri, database):
    worker = start(DUZE_FINDINGS_MONGO_URI=mongo_uri, FAKE_ROLE="worker")
    wait_ready(worker)
    quarantined(database, 2)
    database["outbox"].insert_one({"_id": "e1", "state": "pending", "next_at": time_at(0), "at": time_at(0)})
    database["outbox"].insert_one(
        {"_id": "e2", "state": "published", "next_at": time_at(0), "at": time_at(0)}
    )
    time.sleep(1.1)  # the state is read at most once a second
    text = worker.get("/metrics").body.decode()
    assert "duze_outbox_pending 1.0" in text
    assert "duze_dead_letters 2.0" in text
    assert float(text.split("\nduze_outbox_oldest_seconds ")[1].split()[0]) > 1000
    assert 'duze_findings{status="issued"} 3.0' in text


def test_without_its_database_a_service_lives_is_not_ready_and_answers_503(start):
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=500"
    service = start(DUZE_FINDINGS_MONGO_URI=nowhere)
    ready = service.get("/readyz")
    assert ready.status == 503
    assert set(ready.json["missing"]) == {"database"}
    answer = service.post("/things", THING)
    assert (answer.status, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert service.get("/things", bearer()).status == 503
    assert service.get("/quarantine", bearer("admin")).status == 503
    assert service.alive()
    assert Path(f"/proc/{service.process.pid}").exists()
