"""One api process and one database for the tests of a module."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.free_ports import free_port
from tests.support.service import KEY, ServiceApi, api_process, ready, running, scratch_database


@dataclass
class Api(ServiceApi):
    """A supervisor of team T05, unless another one is named; what is committed stands in `database`."""

    database: Database[Any]

    def ask(self, method: str, path: str, role: str = "supervisor", **rest: Any) -> requests.Response:
        return super().ask(method, path, role, **{"team": "T05"} | rest)

    def post(self, finding: dict[str, Any], **rest: Any) -> requests.Response:
        return self.ask("POST", "/findings", json=finding, **rest)

    def batch(self, body: bytes, content_type: str = "application/x-ndjson", **rest: Any) -> dict[str, Any]:
        headers = {"Content-Type": content_type} | rest.pop("headers", {})
        answer = self.ask("POST", "/findings/batch", data=body, headers=headers, **rest)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@contextmanager
def _served(uri: str, log: Path) -> Iterator[tuple[Api, "subprocess.Popen[bytes]"]]:
    """An api process on a database of its own."""
    port = free_port()
    environment = {"DUZE_JWT_KEY": KEY, "DUZE_FINDINGS_MONGO_URI": uri, "DUZE_FINDINGS_PORT": str(port)}
    with scratch_database(uri, "findings") as name, MongoClient[Any](uri, tz_aware=True) as client:
        yield Api(port, client[name]), api_process("findings", name, environment, log)


@pytest.fixture(scope="module")
def api(mongo_admin_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The api, ready, on a database of its own."""
    log = tmp_path_factory.mktemp("findings") / "api.log"
    with _served(mongo_admin_uri, log) as (made, process), running(process, made.port, log):
        yield made


@pytest.fixture
def mortal(mongo_admin_uri: str, tmp_path: Path) -> Iterator[tuple[Api, "subprocess.Popen[bytes]"]]:
    """An api of the test's own, and its process."""
    log = tmp_path / "api.log"
    with _served(mongo_admin_uri, log) as (made, process):
        try:
            ready(made.port, process, log)
            yield made, process
        finally:
            process.kill()
            process.wait(10)
