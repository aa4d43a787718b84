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

from services.accountability import config
from services.accountability.bootstrap import AccountabilityApp, build
from services.accountability.entrypoints.service import AccountabilityWorker
from shared.contracts.envelope import Event, decode
from shared.messaging.batch import Batch
from shared.persistence.indexes import ensure_indexes
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.accountability.world import COUNTY, DEMO, ROOT, received

KEY = "a-key-made-up-for-the-tests-of-accountability"


@dataclass
class Api:
    """Requests as somebody."""

    port: int

    def ask(self, method: str, path: str, role: str = "office", **rest: Any) -> requests.Response:
        """Claims are named `area`, `sub`, `cadre`; what else is given goes to `requests`."""
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

    def items(self, path: str, role: str = "office", **rest: Any) -> list[dict[str, Any]]:
        return list(self.get(path, role, **rest)["items"])

    def bring_in(self, body: bytes | str, **rest: Any) -> requests.Response:
        """POST /cadres/import."""
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/csv"} | rest.pop("headers", {})
        return self.ask("POST", "/cadres/import", data=data, headers=headers, **rest)


@dataclass
class Worker:
    """What the worker does with what it hears, without a broker: its own handlers on the real app."""

    app: AccountabilityApp

    def __post_init__(self) -> None:
        self._service = AccountabilityWorker()
        # What nameko would put there.
        vars(self._service)["app"] = self.app
        self._batch = Batch(app=self.app, handlers={}, other=self._handle, alive=lambda: None)

    def _handle(self, event: Event, work: Any) -> None:
        handler = self._service.on_finding if event.source == "findings" else self._service.on_receipt
        handler(event, work)

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction."""
        return self._batch.apply([received(one) for one in events])

    def told(self, prefix: str = "") -> list[Event]:
        """What stands in the outbox, in order."""
        events = [decode(row["body"]) for row in self.app.database.collection("outbox").find().sort("_id", 1)]
        return [one for one in events if one.type.startswith(prefix)]


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str) -> dict[str, str]:
    ports = {"DUZE_ACCOUNTABILITY_PORT": str(free_port())}
    return {"DUZE_JWT_KEY": KEY, "DUZE_ACCOUNTABILITY_MONGO_URI": mongo_admin_uri} | ports


@pytest.fixture(scope="module")
def database(mongo_admin_uri: str) -> Iterator[str]:
    name = f"test_accountability_{uuid.uuid4().hex[:12]}"
    yield name
    with MongoClient[Any](mongo_admin_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def app(environment: dict[str, str], database: str) -> Iterator[AccountabilityApp]:
    """The app as the worker has it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = replace(
            config.from_env(), database=database, county_dir=str(ROOT / "deploy/county"),
            areas_file=str(DEMO / "areas.csv"), vocabulary_file=str(DEMO / "vocabulary.yaml"),
        )  # fmt: skip
    made = build(settings)
    ensure_indexes(made.database.client[database], made.indexes)
    yield made
    made.database.client.close()


@pytest.fixture(scope="module")
def worker(app: AccountabilityApp) -> Worker:
    return Worker(app)


@pytest.fixture(scope="module")
def api(
    environment: dict[str, str], app: AccountabilityApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The api, ready."""
    log = tmp_path_factory.mktemp("accountability") / "api.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUZE_")} | environment
    command = [
        sys.executable, "-W", "ignore", "-m", "tests.integration.accountability.process",
        app.settings.database,
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=Path(ROOT), env=env, stdout=out, stderr=out)
    port = int(environment["DUZE_ACCOUNTABILITY_PORT"])
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
