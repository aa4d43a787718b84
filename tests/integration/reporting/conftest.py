"""One api and one database for the tests of a module, and the app itself for what its worker does."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from pymongo import MongoClient

from services.reporting import config
from services.reporting.adapters import documents
from services.reporting.adapters.mongo import FACTS
from services.reporting.bootstrap import ReportingApp, build
from services.reporting.domain.fact import Fact
from services.reporting.entrypoints.service import ReportingWorker
from shared.contracts.envelope import Event
from shared.messaging.batch import Batch
from shared.persistence.indexes import ensure_indexes
from tests.integration.reporting.peers import FakePeer
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.reporting.world import COUNTY, DEMO, ROOT, chunks, received

KEY = "a-key-made-up-for-the-tests-of-reporting"


@dataclass
class Api:
    """Requests as somebody."""

    port: int

    def ask(self, method: str, path: str, role: str = "office", **rest: Any) -> requests.Response:
        """Claims are named `area`, `sub`, `cadre`, `team`; what else is given goes to `requests`."""
        given: dict[str, Any] = {
            name: rest.pop(name) for name in ("area", "sub", "cadre", "team") if name in rest
        }
        now = int(time.time())
        payload: dict[str, Any] = {
            "sub": f"{role}-1", "role": role, "area": COUNTY, "iat": now, "exp": now + 600, "iss": "duze",
            "aud": "duze",
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {jwt.encode(payload | given, KEY, 'HS256')}",
            **rest.pop("headers", {}),
        }
        url = f"http://127.0.0.1:{self.port}{path}"
        return requests.request(method, url, headers=headers, timeout=20, **rest)

    def get(self, path: str, role: str = "office", **rest: Any) -> Any:
        """The answer's document; it must be 200."""
        answer = self.ask("GET", path, role, **rest)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, path: str, role: str = "office", limit: int = 200, **rest: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page; no page is longer than asked for."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            join = "&" if "?" in path else "?"
            page = self.get(f"{path}{join}limit={limit}{cursor}", role, **rest)
            assert len(page["items"]) <= limit
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"


@dataclass
class Worker:
    """What the worker does with what it hears, without a broker: its own handler on the real app."""

    app: ReportingApp

    def __post_init__(self) -> None:
        self._service = ReportingWorker()
        # What nameko would put there.
        vars(self._service)["app"] = self.app
        self._batch = Batch(app=self.app, handlers={}, other=self._service.on_event, alive=lambda: None)

    def deliver(self, *events: Event) -> list[str]:
        """In batches, one transaction each."""
        return [
            outcome
            for chunk in chunks(events, 100)
            for outcome in self._batch.apply([received(one) for one in chunk])
        ]

    def facts(self) -> list[Fact]:
        """Newest first."""
        found = self.app.database.collection(FACTS).find().sort("_id", -1)
        return [documents.to_fact(one) for one in found]


@pytest.fixture(scope="module")
def peers() -> Iterator[dict[str, FakePeer]]:
    """The other services, each of which knows of nothing."""
    made = {
        "findings": FakePeer({"outbox_pending": 0, "findings": [], "historical": []}),
        "accountability": FakePeer(
            {"outbox_pending": 0, "assigned": 0, "unresolved": 0, "unresolved_direct": 0}
        ),
        "notifications": FakePeer({"outbox_pending": 0, "noticed": 0}),
    }
    yield made
    for peer in made.values():
        peer.close()


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str, peers: dict[str, FakePeer]) -> dict[str, str]:
    ports = {f"DUZE_{name.upper()}_PORT": str(peer.port) for name, peer in peers.items()}
    ports |= {"DUZE_REPORTING_PORT": str(free_port())}
    return {"DUZE_JWT_KEY": KEY, "DUZE_REPORTING_MONGO_URI": mongo_admin_uri} | ports


@pytest.fixture(scope="module")
def database(mongo_admin_uri: str) -> Iterator[str]:
    name = f"test_reporting_{uuid.uuid4().hex[:12]}"
    yield name
    with MongoClient[Any](mongo_admin_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def app(environment: dict[str, str], database: str) -> Iterator[ReportingApp]:
    """The app as the worker has it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DUZE_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = replace(
            config.from_env(), database=database, areas_file=str(DEMO / "areas.csv"),
            vocabulary_file=str(DEMO / "vocabulary.yaml"),
        )  # fmt: skip
    made = build(settings)
    ensure_indexes(made.database.client[database], made.indexes)
    yield made
    made.database.client.close()


@pytest.fixture(scope="module")
def worker(app: ReportingApp) -> Worker:
    return Worker(app)


@pytest.fixture(scope="module")
def api(
    environment: dict[str, str], app: ReportingApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The api, ready."""
    log = tmp_path_factory.mktemp("reporting") / "api.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUZE_")} | environment
    command = [
        sys.executable, "-W", "ignore", "-m", "tests.integration.reporting.process", app.settings.database,
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=Path(ROOT), env=env, stdout=out, stderr=out)
    port = int(environment["DUZE_REPORTING_PORT"])
    try:
        eventually(lambda: _ready(port, process, log))
        yield Api(port)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0, log.read_text()


def _ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    if process.poll() is not None:
        # Not one of the errors that are waited for: it will not start by itself.
        raise RuntimeError(log.read_text())
    return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
