"""One api, one mail server and one database for the tests of a module, and the app itself for what its worker does."""

import email
import email.policy
import os
import signal
import smtplib
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from pymongo import MongoClient

from services.notifications import config
from services.notifications.bootstrap import NotificationsApp, build
from services.notifications.entrypoints.service import NotificationsWorker
from shared.contracts.accountability import CADRE_REGISTERED_V1
from shared.contracts.envelope import Event, decode
from shared.messaging.batch import Batch
from shared.persistence.indexes import ensure_indexes
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.unit.notifications.events import COUNTY, received
from tests.unit.notifications.world import COUNTY_DIR, DEMO, ROOT

KEY = "a-key-made-up-for-the-tests-of-notifications"
GATHER_SECONDS = 2


@dataclass
class Api:
    """Requests as somebody."""

    port: int

    def ask(self, method: str, path: str, role: str = "office", **rest: Any) -> requests.Response:
        """Claims are named `area`, `sub`, `cadre`, `team`; what else is given goes to `requests`."""
        given = {name: rest.pop(name) for name in ("area", "sub", "cadre", "team") if name in rest}
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
        """POST /contacts/import."""
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/csv"} | rest.pop("headers", {})
        return self.ask("POST", "/contacts/import", data=data, headers=headers, **rest)


@dataclass
class Worker:
    """What the worker does with what it hears, without a broker: its own handlers on the real app."""

    app: NotificationsApp

    def __post_init__(self) -> None:
        self._service = NotificationsWorker()
        # What nameko would put there.
        vars(self._service)["app"] = self.app
        self._batch = Batch(app=self.app, handlers={}, other=self._handle, alive=lambda: None)

    def _handle(self, event: Event, work: Any) -> None:
        known = event.type == CADRE_REGISTERED_V1
        (self._service.on_cadre if known else self._service.on_matter)(event, work)

    def deliver(self, *events: Event) -> list[str]:
        """One batch, one transaction."""
        return self._batch.apply([received(one) for one in events])

    def told(self, prefix: str = "") -> list[Event]:
        """What stands in the outbox, in order."""
        events = [decode(row["body"]) for row in self.app.database.collection("outbox").find().sort("_id", 1)]
        return [one for one in events if one.type.startswith(prefix)]


@dataclass
class Sink:
    """The mail server."""

    port: int
    folder: Path

    def mails(self, address: str) -> list[EmailMessage]:
        """What was received whole for an address, oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            if mail["X-Envelope-To"] == address:
                found.append(mail)
        return found


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    sink = Sink(free_port(), tmp_path_factory.mktemp("mail"))
    command = [
        sys.executable, "-m", "tests.integration.notifications.sink", str(sink.port), str(sink.folder),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        eventually(lambda: smtplib.SMTP("127.0.0.1", sink.port, timeout=5).quit())
        yield sink
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str, sink: Sink) -> dict[str, str]:
    return {
        "DUZE_JWT_KEY": KEY,
        "DUZE_NOTIFICATIONS_MONGO_URI": mongo_admin_uri,
        "DUZE_NOTIFICATIONS_PORT": str(free_port()),
        "DUZE_SMTP_HOST": "127.0.0.1",
        "DUZE_SMTP_PORT": str(sink.port),
        "DUZE_SMTP_FROM": "duze@county.invalid",
        "DUZE_GATHER_SECONDS": str(GATHER_SECONDS),
    }


@pytest.fixture(scope="module")
def database(mongo_admin_uri: str) -> Iterator[str]:
    name = f"test_notifications_{uuid.uuid4().hex[:12]}"
    yield name
    with MongoClient[Any](mongo_admin_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def app(environment: dict[str, str], database: str) -> Iterator[NotificationsApp]:
    """The app as the worker has it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = replace(
            config.from_env(), database=database, county_dir=str(COUNTY_DIR),
            areas_file=str(DEMO / "areas.csv"), vocabulary_file=str(DEMO / "vocabulary.yaml"),
        )  # fmt: skip
    made = build(settings)
    ensure_indexes(made.database.client[database], made.indexes)
    yield made
    made.database.client.close()


@pytest.fixture(scope="module")
def worker(app: NotificationsApp) -> Worker:
    return Worker(app)


def process_of(environment: dict[str, str], database: str, part: str, log: Path) -> "subprocess.Popen[bytes]":
    """A process of this service; `part` as process.py names it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUZE_")} | environment
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.integration.notifications.process",
        database,
        part,
    ]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)


@pytest.fixture(scope="module")
def api(
    environment: dict[str, str], app: NotificationsApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The api, ready."""
    log = tmp_path_factory.mktemp("notifications") / "api.log"
    process = process_of(environment, app.settings.database, "api", log)
    port = int(environment["DUZE_NOTIFICATIONS_PORT"])
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
