"""Files of bulletins through the api: whole, again after a hang, and a clear refusal that holds up nobody else."""

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
import requests
from docx import Document

from tests.integration.reporting.conftest import Api, Worker
from tests.unit.reporting.bulletins import TITLE, demo_events
from tests.unit.reporting.world import COUNTY

pytestmark = pytest.mark.needs_mongo
SECONDS = 12.0
PROC = Path("/proc")


@pytest.fixture(scope="module")
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"DUZE_RENDER_SECONDS": str(SECONDS)}


@pytest.fixture(scope="module")
def bulletin(api: Api, worker: Worker) -> dict[str, Any]:
    worker.deliver(*demo_events())
    wanted = {"kind": "problems", "area": COUNTY, "from": "2026-01-01", "to": "2026-12-31", "title": TITLE}
    return dict(api.ask("POST", "/bulletins", json=wanted).json())


def _children(database: str) -> list[int]:
    """Those that set documents for the api of this database."""
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if (
                b"adapters.rendering.child" in said
                and database.encode() in (PROC / parent / "cmdline").read_bytes()
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@contextmanager
def _ending_all(database: str) -> Iterator[None]:
    """Whatever child there is or comes dies."""
    over = threading.Event()

    def end() -> None:
        while not over.wait(0.02):
            for child in _children(database):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_draft_is_read_as_docx_and_pdf(api: Api, bulletin: dict[str, Any]) -> None:
    docx = api.ask("GET", f"/bulletins/{bulletin['id']}.docx")
    assert docx.status_code == 200
    assert docx.headers["Content-Type"].endswith("wordprocessingml.document")
    assert f"{bulletin['id']}.docx" in docx.headers["Content-Disposition"]
    texts = [line.text for line in Document(io.BytesIO(docx.content)).paragraphs]
    assert TITLE in texts
    pdf = api.ask("GET", f"/bulletins/{bulletin['id']}.pdf")
    assert pdf.status_code == 200, pdf.text
    assert pdf.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(pdf.content)) as opened:
        said = "".join(char["text"] for page in opened.pages for char in page.chars)
    assert TITLE in said
    assert f"合计{bulletin['figures']['total.findings']}条{bulletin['figures']['total.problems']}个" in said
    assert api.ask("GET", f"/bulletins/{bulletin['id']}.pdf").content == pdf.content


@pytest.mark.parametrize("ending", [".docx", ".pdf"])
def test_files_are_read_by_those_who_may_read_the_draft(
    api: Api, bulletin: dict[str, Any], ending: str
) -> None:
    assert api.ask("GET", f"/bulletins/{bulletin['id']}{ending}", "supervisor").status_code == 403
    assert api.ask("GET", f"/bulletins/no-such{ending}").status_code == 404


def test_a_hanging_render_is_tried_again_and_nobody_waits_for_it(
    api: Api, bulletin: dict[str, Any], database: str
) -> None:
    path = f"/bulletins/{bulletin['id']}.docx"
    first = api.ask("GET", path).content
    (child,) = _children(database)
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(api.ask, "GET", path)
        time.sleep(0.2)
        began = time.monotonic()
        for asked in range(1, 6):
            assert requests.get(f"http://127.0.0.1:{api.port}/livez", timeout=2).status_code == 200, asked
        assert time.monotonic() - began < 2
        assert not waiting.done()
        answer = waiting.result()
    assert answer.status_code == 200
    assert answer.content == first
    assert child not in _children(database)


def test_what_dies_twice_is_refused_with_a_reason_and_works_again(
    api: Api, bulletin: dict[str, Any], database: str
) -> None:
    path = f"/bulletins/{bulletin['id']}.docx"
    with _ending_all(database):
        time.sleep(0.5)
        answer = api.ask("GET", path)
    assert answer.status_code == 503
    assert answer.json()["code"] == "rendering_failed"
    assert "ask again" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
    assert api.ask("GET", path).status_code == 200
