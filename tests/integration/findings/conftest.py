"""One api process and one database for the tests of a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.free_ports import free_port
from tests.support.service import KEY, ServiceApi, process_of, running, scratch_database


@dataclass
class Api(ServiceApi):
    """Requests of the team T05 where nothing else is said; what is committed stands in `database`."""

    database: Database[Any]

    def ask(self, method: str, path: str, role: str = "supervisor", **rest: Any) -> requests.Response:
        return super().ask(method, path, role, **{"team": "T05", **rest})

    def post(self, finding: dict[str, Any], **rest: Any) -> requests.Response:
        return self.ask("POST", "/findings", json=finding, **rest)

    def batch(self, body: bytes, content_type: str = "application/x-ndjson", **rest: Any) -> dict[str, Any]:
        headers = {"Content-Type": content_type} | rest.pop("headers", {})
        answer = self.ask("POST", "/findings/batch", data=body, headers=headers, **rest)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(scope="module")
def api(mongo_admin_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The api, ready, on a database of its own."""
    port, log = free_port(), tmp_path_factory.mktemp("findings") / "api.log"
    environment = {
        "DUZE_JWT_KEY": KEY, "DUZE_FINDINGS_MONGO_URI": mongo_admin_uri, "DUZE_FINDINGS_PORT": str(port),
    }  # fmt: skip
    with (
        scratch_database(mongo_admin_uri, "findings") as name,
        MongoClient[Any](mongo_admin_uri, tz_aware=True) as client,
    ):
        process = process_of("tests.integration.findings.process", [name], environment, log)
        with running(process, port, log):
            yield Api(port, client[name])
