"""An api that is killed while it keeps an upload: what it leaves is found and swept."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.settings import ROOT
from services.findings import config
from services.findings.bootstrap import build
from tests.integration.findings.conftest import Api
from tests.integration.findings.evidence import TEN_MIB, big_pdf, held, upload
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.support.service import KEY

pytestmark = [pytest.mark.needs_mongo, pytest.mark.faults]


@pytest.fixture
def mortal(mongo_admin_uri: str) -> Iterator[tuple[Api, "subprocess.Popen[bytes]"]]:
    """An api of the test's own, and its process."""
    name, port = f"test_findings_{uuid.uuid4().hex[:12]}", free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith("DUZE_")} | {
        "DUZE_JWT_KEY": KEY, "DUZE_FINDINGS_MONGO_URI": mongo_admin_uri, "DUZE_FINDINGS_PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.findings.process", name]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with MongoClient[Any](mongo_admin_uri, tz_aware=True) as client:
        api = Api(port, client[name])
        try:
            eventually(lambda: _ready(port))
            yield api, process
        finally:
            process.kill()
            process.wait(10)
            client.drop_database(name)
            client.drop_database(f"{name}_audit")


def _ready(port: int) -> None:
    try:
        status = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code
    except requests.RequestException as exc:
        raise AssertionError("not up yet") from exc
    assert status == 200


def test_a_killed_upload_is_no_attachment_and_its_bytes_are_swept(
    mortal: tuple[Api, "subprocess.Popen[bytes]"], mongo_admin_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, process = mortal
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(upload, api, big_pdf(TEN_MIB))
        until = time.monotonic() + 20
        while held(api)["evidence.chunks"] < 5 and time.monotonic() < until:
            pass
        process.send_signal(signal.SIGKILL)
        with contextlib.suppress(requests.RequestException):
            sending.result()
    left = held(api)
    assert (left["attachments"], left["attachments_left_over"]) == (0, 1)
    assert left["evidence.chunks"] >= 5
    api.database["attachments_left_over"].update_one(
        {}, {"$set": {"at": datetime.now(UTC) - timedelta(minutes=1)}}
    )
    monkeypatch.setenv("DUZE_JWT_KEY", KEY)
    monkeypatch.setenv("DUZE_FINDINGS_MONGO_URI", mongo_admin_uri)
    app = build(replace(config.from_env(), database=api.database.name))
    app.evidence.sweep(app.transact)
    assert set(held(api).values()) == {0}
