"""Repeats with an Idempotency-Key, at one process."""

import threading
import time

import pytest

from tests.integration.http.client import bearer

THING = {"name": "卡口", "area": "990100001"}


def keyed(key, role="supervisor", **more):
    return {**bearer(role, **more), "Idempotency-Key": key}


def count(service):
    return len(service.get("/things?limit=200", bearer()).json["items"])


def test_the_same_key_and_body_get_the_first_answer_again(service):
    first = service.post("/things", THING, keyed("k1"))
    before = count(service)
    reordered = dict(reversed(THING.items()))
    second = service.post("/things", reordered, keyed("k1"))
    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(service) == before


def test_the_same_key_with_another_body_is_422(service):
    service.post("/things", THING, keyed("k2"))
    answer = service.post("/things", {**THING, "name": "another"}, keyed("k2"))
    assert (answer.status, answer.json["code"]) == (422, "idempotency_mismatch")


def test_a_key_belongs_to_caller_and_path(service):
    first = service.post("/things", THING, keyed("k3"))
    other = service.post("/things", THING, keyed("k3", sub="u2"))
    assert other.json["id"] != first.json["id"]
    closed = service.post(f"/things/{first.json['id']}/close", b"", keyed("k3"))
    assert "idempotency-replayed" not in closed.headers


def test_a_refused_request_does_not_use_its_key_up(service):
    assert service.post("/things", {**THING, "area": "990100"}, keyed("k4", area="990100001")).status == 403
    assert service.post("/things", THING, keyed("k4", area="990100001")).status == 201


@pytest.mark.parametrize("key", ["", "k" * 201, "ключ".encode().decode("latin-1")])
def test_a_key_that_is_none_is_400(service, key):
    assert service.post("/things", THING, keyed(key)).json["code"] == "invalid_idempotency_key"


def test_a_key_still_in_progress_is_409(service):
    slow, heard = {**THING, "name": "slow"}, []
    first = threading.Thread(target=lambda: heard.append(service.post("/things", slow, keyed("k5"))))
    first.start()
    time.sleep(0.7)  # the first is in its slow handler by now; asking for it would be a request of its own
    answer = service.post("/things", slow, keyed("k5"))
    assert (answer.status, answer.json["code"]) == (409, "idempotency_in_progress")
    assert "retry-after" in answer.headers
    assert service.post("/things", THING, keyed("k5")).json["code"] == "idempotency_mismatch"
    first.join()
    assert heard[0].status == 201
    assert service.post("/things", slow, keyed("k5")).json["id"] == heard[0].json["id"]


def test_of_many_at_once_with_one_key_one_has_an_effect(service):
    before, heard = count(service), []
    slow = {**THING, "name": "slow"}
    clients = [
        threading.Thread(target=lambda: heard.append(service.post("/things", slow, keyed("k6"))))
        for _ in range(8)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert sorted(answer.status for answer in heard) == [201] + [409] * 7
    assert {answer.json["code"] for answer in heard if answer.status == 409} == {"idempotency_in_progress"}
    assert count(service) == before + 1
    assert service.post("/things", slow, keyed("k6")).headers["idempotency-replayed"] == "true"
