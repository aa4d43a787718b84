"""Load for the benchmarks: findings like a county's, and a few clients that post them one by one."""

import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

VILLAGES = (
    "990100001001", "990100001002", "990100001003", "990100002001", "990100002002", "990100003001",
    "990100101201", "990100102201", "990100103201", "990100104201", "990100105201", "990100106201",
)  # fmt: skip
CATEGORIES = ("access_control", "records", "hygiene", "isolation", "health_checks", "publicity", "gathering")
SEVERITIES = ("minor", "moderate", "moderate", "moderate", "serious")
_SEED = 990100


def findings(number: int, prefix: str) -> Iterator[dict[str, Any]]:
    """`number` findings of one week, the same at every run but for `prefix` in their source_ref."""
    chance = random.Random(_SEED)
    monday = datetime.fromisoformat("2026-02-02T08:00:00+08:00")
    for index in range(number):
        found_at = monday + timedelta(minutes=chance.randrange(7 * 24 * 60))
        yield {
            "source_ref": f"{prefix}-{index}",
            "team": "T05",
            "method": "inspection",
            "found_at": found_at.isoformat(),
            "area": chance.choice(VILLAGES),
            "place": {"name": f"第{index}号检查点", "kind": "checkpoint"},
            "category": chance.choice(CATEGORIES),
            "severity": chance.choice(SEVERITIES),
            "description": "入口处没有人值守,外来人员登记台账填写不全,没有消杀记录" * 2,
            "immediate": False,
            "count": 1,
        }


def post_singly(url: str, headers: dict[str, str], bodies: list[bytes], clients: int = 8) -> float:
    """Post `bodies` over `clients` kept-alive connections; seconds until the last is answered 201.

    Raises:
        RuntimeError: an answer was not 201.
    """
    waiting = iter(bodies)
    lock, failures = threading.Lock(), []

    def client() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                break
            connection.request("POST", "/findings", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                failures.append(f"{answer.status}: {text[:200]!r}")
                break
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"a post failed, {failures[0]}")
    return time.monotonic() - started


def ndjson(lines: Iterator[dict[str, Any]]) -> bytes:
    """As the body of a batch."""
    return b"\n".join(json.dumps(line, ensure_ascii=False).encode() for line in lines)


def bodies(number: int, prefix: str) -> list[bytes]:
    """As the bodies of single posts."""
    return [json.dumps(line).encode() for line in itertools.islice(findings(number, prefix), number)]
