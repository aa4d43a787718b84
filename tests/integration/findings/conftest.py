"""One api process and one database for the tests of a module."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.eventually import eventually
from tests.support.free_ports import free_port

KEY = "a-key-made-up-for-the-tests-of-findings"
ROOT = Path(__file__).parents[3]


@dataclass
class Api:
    """Requests as somebody; what is committed stands in `database`."""

    port: int
    database: Database[Any]

    def ask(self, method: str, path: str, role: str = "supervisor", **rest: Any) -> requests.Response:
        """Claims are named `area`, `cadre`, `sub`, `team`; what else is given goes to `requests`."""
        given = {name: rest.pop(name) for name in ("area", "cadre", "sub", "team") if name in rest}
        now = int(time.time())
        claims = {
            "sub": f"{role}-1", "role": role, "area": "990100", "team": "T05", "iat": now, "exp": now + 600,
            "iss": "duze", "aud": "duze",
        } | given  # fmt: skip
        headers = {"Authorization": f"Bearer {jwt.encode(claims, KEY, 'HS256')}", **rest.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        return requests.request(method, url, headers=headers, timeout=30, **rest)

    def post(self, finding: dict[str, Any], **rest: Any) -> requests.Response:
        return self.ask("POST", "/findings", json=finding, **rest)

    def batch(self, body: bytes, content_type: str = "application/x-ndjson", **rest: Any) -> dict[str, Any]:
        headers = {"Content-Type": content_type} | rest.pop("headers", {})
        answer = self.ask("POST", "/findings/batch", data=body, headers=headers, **rest)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def items(self, path: str, role: str = "office", **rest: Any) -> list[dict[str, Any]]:
        """Every item, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = self.ask("GET", f"{path}{'&' if '?' in path else '?'}{cursor}", role, **rest)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            if answer.json()["next"] is None:
                return found
            cursor = f"cursor={answer.json()['next']}"


def _process(name: str, port: int, mongo_uri: str, log: Path) -> "subprocess.Popen[bytes]":
    """The api on the database `name`, writing to `log`."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DUZE_")} | {
        "DUZE_JWT_KEY": KEY, "DUZE_FINDINGS_MONGO_URI": mongo_uri, "DUZE_FINDINGS_PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.findings.process", name]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)


@pytest.fixture(scope="module")
def api(mongo_admin_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The api, ready, on a database of its own."""
    name, port = f"test_findings_{uuid.uuid4().hex[:12]}", free_port()
    log = tmp_path_factory.mktemp("findings") / "api.log"
    process = _process(name, port, mongo_admin_uri, log)
    try:
        with MongoClient[Any](mongo_admin_uri, tz_aware=True) as client:
            eventually(lambda: _ready(port, process, log))
            yield Api(port, client[name])
            client.drop_database(name)
            client.drop_database(f"{name}_audit")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0, log.read_text()


@pytest.fixture
def mortal(mongo_admin_uri: str, tmp_path: Path) -> Iterator[tuple[Api, "subprocess.Popen[bytes]"]]:
    """An api of the test's own, and its process."""
    name, port, log = f"test_findings_{uuid.uuid4().hex[:12]}", free_port(), tmp_path / "api.log"
    process = _process(name, port, mongo_admin_uri, log)
    with MongoClient[Any](mongo_admin_uri, tz_aware=True) as client:
        try:
            eventually(lambda: _ready(port, process, log))
            yield Api(port, client[name]), process
        finally:
            process.kill()
            process.wait(10)
            client.drop_database(name)
            client.drop_database(f"{name}_audit")


def _ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    if process.poll() is not None:
        raise RuntimeError(log.read_text())
    try:
        status = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code
    except requests.RequestException as exc:
        raise AssertionError("not up yet") from exc
    assert status == 200
