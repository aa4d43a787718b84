"""`/counts` on a real database: exact whoever posts and folds meanwhile, and without a look at findings."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.indexes import DERIVATION, LONG_AGO
from shared.persistence.counts import COUNTS, Counts
from shared.persistence.database import MongoDatabase
from shared.persistence.derived import CHANGES
from shared.persistence.ids import utc_now
from tests.integration.findings.conftest import Api
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo
UNIT: dict[str, Any] = {"role": "unit", "area": "990100001", "sub": "unit-1"}


@pytest.fixture
def counts(api: Api, mongo_admin_uri: str) -> Iterator[Counts]:
    with MongoClient[Any](mongo_admin_uri, tz_aware=True) as client:
        yield Counts(MongoDatabase(client, api.database.name, DERIVATION))


def counted(api: Api) -> Counter[tuple[str, str]]:
    return Counter({(one["area"], one["status"]): one["count"] for one in api.get("/counts")["findings"]})


def there_are(api: Api) -> Counter[tuple[str, str]]:
    return Counter((one["area"], one["status"]) for one in api.database[FINDINGS].find())


def test_what_was_there_before_anybody_kept_counters_is_counted_once(api: Api, counts: Counts) -> None:
    api.post(a_finding())
    api.database[CHANGES].delete_many({})
    assert counted(api) == there_are(api), "of the findings themselves"
    counts.keep(utc_now())
    api.post(a_finding())
    assert counted(api) == there_are(api)
    counts.keep(utc_now())
    assert (counted(api), api.database[CHANGES].count_documents({})) == (there_are(api), 0)


def test_posts_moves_and_folds_at_once_lose_nothing(api: Api, counts: Counts) -> None:
    counts.keep(utc_now())

    def work(n: int) -> None:
        finding = api.post(a_finding(description=f"第 {n} 处没有人值守")).json()["id"]
        before = sum(counted(api).values())
        assert api.ask("POST", f"/findings/{finding}/accept", **UNIT).status_code == 200
        counts.keep(utc_now())
        assert sum(counted(api).values()) >= before

    with ThreadPoolExecutor(4) as many:
        list(many.map(work, range(20)))
    assert counted(api) == there_are(api)
    counts.keep(utc_now())
    assert counted(api) == there_are(api)
    counters = api.database[COUNTS].find({"n": {"$exists": True}})
    assert sum(one["n"] for one in counters) == api.database[FINDINGS].count_documents({})


def test_a_refused_line_of_a_batch_and_a_dry_run_count_for_nothing(api: Api, counts: Counts) -> None:
    lines = [json.dumps(a_finding(**told)) for told in ({}, {"category": "no_such"}, {})]
    body = "\n".join(lines).encode()
    api.ask(
        "POST", "/findings/batch?dry_run=true", data=body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert counted(api) == there_are(api)
    assert api.batch(body)["accepted"] == 2
    assert counted(api) == there_are(api)


def test_no_finding_is_looked_at_to_be_counted(api: Api, counts: Counts) -> None:
    counts.keep(utc_now())
    api.database.command("profile", 2)
    try:
        counted(api)
    finally:
        api.database.command("profile", 0)
    looked = {
        one["ns"].partition(".")[2] for one in api.database["system.profile"].find({"op": {"$ne": "insert"}})
    }
    assert COUNTS in looked
    assert FINDINGS not in looked


def test_waiting_work_comes_out_of_an_index_in_its_order(api: Api) -> None:
    wanted = {"desks": "mend 990100001", "desk_at": {"$gt": LONG_AGO}, "historical": False}
    plan = api.database[FINDINGS].find(wanted).sort([("desk_at", 1), ("_id", 1)]).limit(500).explain()
    winning = json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
    assert "desks_1_desk_at_1__id_1" in winning
    assert '"SORT"' not in winning
