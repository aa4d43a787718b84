"""A long ledger as a file: the api's memory stays flat, everybody else is answered meanwhile, the caller sees how far
it is, and of a caller that goes away nothing is left."""

import contextlib
import csv
import io
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests

from services.reporting.bootstrap import ReportingApp
from tests.bench.reporting_county import ReportingCounty
from tests.integration.reporting.conftest import Api
from tests.support.eventually import eventually
from tests.support.service import api_process, running

pytestmark = pytest.mark.needs_mongo
_PATIENCE = 600
MEBIBYTE = 1024 * 1024
SHORT, LONG = 1_500, 100_000
FLAT = 60 * MEBIBYTE
"""A workbook of 100,000 rows alone is larger than that in memory, and its rows many times."""


class LongApi(Api):
    """The api whose process is looked at."""

    pid: int = 0

    def memory(self, name: str = "VmRSS") -> int:
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith(f"{name}:")]
        return int(line.split()[1]) * 1024

    def left(self) -> list[str]:
        """Files and children that it still has for exports."""
        with contextlib.suppress(FileNotFoundError):
            files = [str(one.readlink()) for one in Path(f"/proc/{self.pid}/fd").iterdir()]
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
            said = [Path(f"/proc/{one}/cmdline").read_text(encoding="utf-8") for one in children]
            return [one for one in (*files, *said) if "duze-ledger-" in one or "sheets.child" in one]
        return ["looked while one was going"]


@pytest.fixture(scope="module")
def long_api(
    environment: dict[str, str], app: ReportingApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LongApi]:
    log = tmp_path_factory.mktemp("reporting") / "api.log"
    process = api_process("reporting", app.settings.database, environment, log)
    with running(process, int(environment["DUZE_REPORTING_PORT"]), log) as port:
        made = LongApi(port)
        made.pid = process.pid
        yield made


@pytest.fixture(scope="module")
def county(mongo_admin_uri: str, database: str) -> ReportingCounty:
    return ReportingCounty(mongo_admin_uri, database)


class Neighbour:
    """Somebody who asks for small things all the while."""

    def __init__(self, api: Api) -> None:
        self.took: list[float] = []
        self.shown: list[dict[str, Any]] = []
        self._api, self._over = api, threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Neighbour":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.is_set():
            started = time.monotonic()
            self._api.get("/ledger?limit=1", sub="neighbour")
            self.took.append(time.monotonic() - started)
            self.shown += self._api.items("/ledger/exports", sub="waits")[:1]
            time.sleep(0.02)


def export(api: Api, ending: str, asked: str = "") -> tuple[bytes, dict[str, str]]:
    answer = api.ask("GET", f"/ledger.{ending}{asked}", sub="waits", timeout=_PATIENCE)
    assert answer.status_code == 200, answer.text[:500]
    return answer.content, dict(answer.headers)


def check(api: LongApi, ending: str, rows: int) -> None:
    export(api, ending, "?group=B3")  # what is loaded at the first use is no growth
    before = api.memory()
    with Neighbour(api) as neighbour:
        content, headers = export(api, ending)
    assert headers["X-Total-Rows"] == str(rows)
    assert _rows_of(content, ending) == rows
    assert api.memory("VmHWM") - before < FLAT, "the file was held in memory"
    shown = [one for one in neighbour.shown if one["id"] == neighbour.shown[-1]["id"]]
    assert [one["percent"] for one in shown] == sorted(one["percent"] for one in shown)
    assert api.items("/ledger/exports", sub="waits")[0] | {"id": "", "begun_at": ""} == {
        "id": "", "begun_at": "", "format": ending, "status": "made", "rows": rows, "of": rows, "percent": 100,
    }  # fmt: skip
    assert api.left() == []
    if rows == LONG:  # a short one may be done before anybody has asked twice
        assert any(0 < one["rows"] < rows for one in shown if one["status"] == "making")
        # Nobody waits for the whole file, whatever the machine does else.
        assert len(neighbour.took) >= 3
        assert statistics.median(neighbour.took) < sum(neighbour.took) / 3


def _rows_of(content: bytes, ending: str) -> int:
    if ending == "csv":
        return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig")))) - 1
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_1500_rows_is_made_beside_memory_and_tells_how_far_it_is(
    long_api: LongApi, county: ReportingCounty, ending: str
) -> None:
    county.fill(SHORT)
    check(long_api, ending, SHORT)


def test_a_caller_that_goes_away_leaves_no_file(long_api: LongApi, county: ReportingCounty) -> None:
    county.fill(SHORT)
    for ending in ("csv", "xlsx"):
        with pytest.raises(requests.exceptions.Timeout):
            long_api.ask("GET", f"/ledger.{ending}", sub="goes", timeout=(5, 0.05))
    eventually(lambda: long_api.left() == [], seconds=120)
    long_api.get("/ledger?limit=1")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_100000_rows_is_made_beside_memory_and_tells_how_far_it_is(
    long_api: LongApi, county: ReportingCounty, ending: str
) -> None:
    county.fill(LONG)
    check(long_api, ending, LONG)
