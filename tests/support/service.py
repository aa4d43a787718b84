"""One service on the real database, for its own tests: its api as a process, its worker's handlers at hand."""

import abc
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import jwt
import pytest
import requests
from pymongo import MongoClient

from deploy.local.settings import ROOT
from shared.contracts.envelope import Event, decode
from shared.messaging.batch import Batch
from shared.messaging.intake import Received
from shared.messaging.wire import Delivery
from shared.persistence.indexes import ensure_indexes
from tests.support.eventually import eventually

KEY = "a-key-made-up-for-the-tests-of-one-service"
COUNTY = "990100"


@dataclass
class ServiceApi:
    """Requests as somebody."""

    port: int

    def ask(self, method: str, path: str, role: str = "office", **rest: Any) -> requests.Response:
        """Claims are named `area`, `sub`, `cadre`, `team`; what else is given goes to `requests`."""
        given = {name: rest.pop(name) for name in ("area", "sub", "cadre", "team") if name in rest}
        now = int(time.time())
        claims: dict[str, Any] = {
            "sub": f"{role}-1", "role": role, "area": COUNTY, "iat": now, "exp": now + 600, "iss": "duze",
            "aud": "duze",
        }  # fmt: skip
        token = jwt.encode(claims | given, KEY, "HS256")
        headers = {"Authorization": f"Bearer {token}", **rest.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        timeout = rest.pop("timeout", 90)
        return requests.request(method, url, headers=headers, timeout=timeout, **rest)

    def get(self, path: str, role: str = "office", **rest: Any) -> Any:
        """The answer's document; it must be 200."""
        answer = self.ask("GET", path, role, **rest)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, path: str, role: str = "office", **rest: Any) -> list[dict[str, Any]]:
        """The first page of a list."""
        return list(self.get(path, role, **rest)["items"])

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

    def send_csv(self, path: str, body: bytes | str, **rest: Any) -> requests.Response:
        """POST a file as the body."""
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/csv"} | rest.pop("headers", {})
        return self.ask("POST", path, data=data, headers=headers, **rest)


def as_received(event: Event) -> Received:
    """As the consumer hands it on."""
    return Received(Delivery(1, "", False, b"", b""), event, 0, None)


class ServiceWorker(abc.ABC):
    """What a worker does with what it hears, without a broker: its own handlers on the real app."""

    service_cls: ClassVar[type]
    chunk: ClassVar[int] = 100

    def __init__(self, app: Any) -> None:
        self.app = app
        self.service = self.service_cls()
        # What nameko would put there.
        vars(self.service)["app"] = app
        self._batch = Batch(app=app, handlers={}, other=self._handle, alive=lambda: None)

    def _handle(self, event: Event, work: Any) -> None:
        self.handler_of(event)(event, work)

    @abc.abstractmethod
    def handler_of(self, event: Event) -> Callable[[Event, Any], None]:
        """The handler that nameko would call."""

    def deliver(self, *events: Event) -> list[str]:
        """In batches, one transaction each."""
        chunks = [events[start : start + self.chunk] for start in range(0, len(events), self.chunk)]
        return [
            outcome
            for chunk in chunks
            for outcome in self._batch.apply([as_received(event) for event in chunk])
        ]

    def told(self, prefix: str = "") -> list[Event]:
        """What stands in the outbox, in order."""
        rows = self.app.database.collection("outbox").find().sort("_id", 1)
        return [event for row in rows if (event := decode(row["body"])).type.startswith(prefix)]


@contextmanager
def scratch_database(uri: str, service: str) -> Iterator[str]:
    """The name of a database that is dropped at the end."""
    name = f"test_{service}_{uuid.uuid4().hex[:12]}"
    try:
        yield name
    finally:
        with MongoClient[Any](uri) as client:
            client.drop_database(name)
            client.drop_database(f"{name}_audit")


@contextmanager
def app_of(
    build: Callable[[Any], Any], config: Any, environment: Mapping[str, str], database: str
) -> Iterator[Any]:
    """The app as the worker has it: from `environment` alone, over the demo county."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DUZE_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = replace(
            config.from_env(),
            database=database,
            county_dir=str(ROOT / "deploy/county"),
            areas_file=str(ROOT / "deploy/demo/areas.csv"),
            vocabulary_file=str(ROOT / "deploy/demo/vocabulary.yaml"),
        )
    made = build(settings)
    ensure_indexes(made.database.client[database], made.indexes)
    try:
        yield made
    finally:
        made.database.client.close()


def process_of(module: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> Any:
    """A process with `environment` and nothing else of ours; what it writes goes to `log`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUZE_")}
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=env | dict(environment), stdout=out, stderr=out)


@contextmanager
def running(process: Any, port: int, log: Path) -> Iterator[int]:
    """Wait until it is ready; at the end it must leave by itself, and well."""
    try:
        eventually(lambda: _ready(port, process, log))
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0, log.read_text()


def _ready(port: int, process: Any, log: Path) -> bool:
    if process.poll() is not None:
        # Not one of the errors that are waited for: it will not start by itself.
        raise RuntimeError(log.read_text())
    return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
