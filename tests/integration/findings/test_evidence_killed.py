"""An api that is killed while it keeps an upload: what it leaves is found and swept."""

import contextlib
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from services.findings import config
from services.findings.bootstrap import build
from tests.integration.findings.conftest import KEY, Api
from tests.integration.findings.evidence import TEN_MIB, big_pdf, held, upload

pytestmark = [pytest.mark.needs_mongo, pytest.mark.faults]


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
