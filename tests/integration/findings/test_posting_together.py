"""Posts that arrive together share transactions: each is still answered, told, recorded and kept for itself."""

import contextlib
import signal
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from shared.contracts.envelope import decode
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
CLIENTS = 12


def committed(api: Api) -> int:
    status = api.database.client.admin.command("serverStatus")
    return int(status["transactions"]["totalCommitted"])


def test_each_of_those_that_share_a_transaction_is_dealt_with_for_itself(api: Api) -> None:
    taken = a_finding()
    assert api.post(taken).status_code == 201
    wrong = [
        ({**a_finding(), "team": "T06"}, 403),
        ({**a_finding(), "found_at": "2199-01-01T00:00:00+08:00"}, 422),
        ({**taken, "description": "另一个问题"}, 409),
        (taken, 200),
    ]
    asked = [(a_finding(), 201) if n % 3 else wrong[n // 3 % len(wrong)] for n in range(60)]
    before, last = committed(api), max(row["n"] for row in api.database["findings"].find({}, {"n": 1}))

    def post(at: int) -> requests.Response:
        headers = {"X-Request-Id": f"together-{at}", "Idempotency-Key": f"together-{at}"}
        return api.post(asked[at][0], sub=f"poster-{at}", headers=headers)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(post, range(len(asked))))
    assert [answer.status_code for answer in answers] == [status for _, status in asked]
    good = {at: answer.json() for at, answer in enumerate(answers) if answer.status_code == 201}
    assert committed(api) - before < len(good)
    rows = list(api.database["findings"].find({"n": {"$gt": last}}, {"n": 1}))
    assert sorted(row["n"] for row in rows) == list(range(last + 1, last + 1 + len(good)))
    for at, finding in good.items():
        assert finding["source_ref"] == asked[at][0]["source_ref"]
        told = [decode(row["body"]) for row in api.database["outbox"].find({"subject": finding["id"]})]
        assert [(one.type, one.correlationid) for one in told] == [("finding.posted.v1", f"together-{at}")]
        audit = list(api.database["audit"].find({"subject": finding["id"]}))
        assert [(row["actor"], row["request_id"]) for row in audit] == [(f"poster-{at}", f"together-{at}")]
        again = post(at)
        assert (again.json(), again.headers["Idempotency-Replayed"]) == (finding, "true")


@pytest.mark.faults
def test_whoever_was_answered_before_a_kill_is_kept_whole_and_nobody_by_halves(
    mortal: tuple[Api, "subprocess.Popen[bytes]"],
) -> None:
    api, process = mortal
    answered: list[dict[str, Any]] = []

    def post_on(_: int) -> None:
        # The api dies while it answers: that is the point.
        with contextlib.suppress(requests.RequestException):
            while True:
                answer = api.post(a_finding())
                assert answer.status_code == 201, answer.text
                answered.append(answer.json())

    with ThreadPoolExecutor(CLIENTS) as pool:
        posting = [pool.submit(post_on, n) for n in range(CLIENTS)]
        until = time.monotonic() + 20
        while len(answered) < 5 * CLIENTS and time.monotonic() < until:
            time.sleep(0.01)  # between two looks, bounded by `until`
        process.send_signal(signal.SIGKILL)
        for one in posting:
            one.result()
    kept = {row["_id"] for row in api.database["findings"].find({}, {"_id": 1})}
    assert len(answered) >= 5 * CLIENTS
    assert {finding["id"] for finding in answered} <= kept
    for collection, key in (("outbox", "subject"), ("audit", "subject"), ("history", "_id")):
        about = [row[key][: len(min(kept))] for row in api.database[collection].find({}, {key: 1})]
        assert Counter(one for one in about if one in kept) == dict.fromkeys(kept, 1), collection
        assert collection == "audit" or set(about) == kept, collection
