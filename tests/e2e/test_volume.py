"""A county's whole week in one request: answered line by line, memory bounded, and everybody else still served."""

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.bench import load
from tests.support.county import County, a_finding

pytestmark = pytest.mark.needs_stack
MEBIBYTE = 1024 * 1024
SETTLED_WITHIN = 600


def resident_bytes(county: County, name: str) -> int:
    """Resident memory of one process of the stack."""
    status = Path(f"/proc/{county.stack.pid(name)}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def run_batch(county: County, lines: int, prefix: str) -> dict[str, Any]:
    """Post a batch while single posts go on beside it: what was answered, and how many singles meanwhile."""
    answers: list[Any] = []

    def post() -> None:
        answers.append(County(county.stack).post_batch(load.findings(lines, prefix)))

    batch = threading.Thread(target=post)
    batch.start()
    beside = 0
    while batch.is_alive():
        answer = county.post(a_finding())
        assert answer.status_code == 201, answer.text
        beside += batch.is_alive()
    (answer,) = answers
    assert answer.status_code == 200, answer.text[:500]
    return {**answer.json(), "beside": beside}


def check_volume(county: County, lines: int, prefix: str) -> None:
    names = [f"{service}-{role}" for service in ("findings", "reporting") for role in ("api", "worker")]
    before = {name: resident_bytes(county, name) for name in names}
    in_ledger = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    answer = run_batch(county, lines, prefix)
    assert (answer["accepted"], answer["rejected"]) == (lines, 0)
    assert answer["beside"] >= 3, "single posts waited for the batch"
    county.settle(SETTLED_WITHIN)
    now_in_ledger = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    assert now_in_ledger - in_ledger >= lines + answer["beside"]
    grown = {name: (resident_bytes(county, name) - before[name]) // MEBIBYTE for name in names}
    assert max(grown.values()) < 150, grown


def test_a_batch_of_1000_lines_settles_while_single_posts_are_answered(county: County) -> None:
    check_volume(county, 1000, "volume-short")


@pytest.mark.slow
@pytest.mark.timeout(SETTLED_WITHIN + 300)
def test_a_batch_of_10000_lines_settles_while_single_posts_are_answered(county: County) -> None:
    check_volume(county, 10_000, "volume-long")
