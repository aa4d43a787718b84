"""A broker and a database of one test's own, hands to put things on the wire, and worker processes."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pymongo
import requests
from pymongo.errors import PyMongoError

from shared.contracts.envelope import CONTENT_TYPE, Event
from shared.contracts.routing import SERVICES
from shared.messaging import connection as link
from shared.messaging import topology
from shared.messaging.accounts import Management, make_accounts
from shared.messaging.publisher import ConfirmingPublisher, Outcome, Outgoing
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import KERNEL_INDEXES, ensure_indexes
from tests.integration.messaging.events import body_of

TTLS = [200, 300, 400, 500]
QUEUE = "accountability.findings.v1"
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def needed(name: str) -> str:
    """An address the test run must give."""
    value = os.environ.get(name)
    assert value, f"{name} is not set: run `make test`, which starts what this test needs"
    return value


def until(condition: Callable[[], Any], seconds: float = 15.0, what: str = "") -> Any:
    """Wait until `condition` holds and return what it gave; fail after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {what or condition}"
        time.sleep(0.03)  # between two looks, bounded by `end`


class Broker:
    """A vhost with the topology and the accounts in it."""

    def __init__(self, services: tuple[str, ...] = ("accountability",)) -> None:
        admin = urlsplit(needed("DUZE_TEST_AMQP_ADMIN_URI"))
        self.vhost = f"test-{secrets.token_hex(4)}"
        self.admin_uri = urlunsplit(admin._replace(path=f"/{self.vhost}"))
        self.management_uri = needed("DUZE_TEST_AMQP_MANAGEMENT_URI")
        self._at = f"{admin.hostname}:{admin.port}"
        # The accounts live beside the vhosts, and are this one's own all the same.
        self._password = secrets.token_hex(8)
        self.management = Management(self.management_uri, self.admin_uri)
        self.management.make_vhost()
        topology.declare(self.admin_uri, TTLS, services)
        make_accounts(self.management, {service: self.uri(service) for service in SERVICES})
        self._publisher = ConfirmingPublisher(self.admin_uri, "test")

    def account(self, service: str) -> str:
        """The AMQP user of a service; anything else is whoever it says."""
        return f"{self.vhost}_{service}" if service in SERVICES else service

    def uri(self, service: str, at: str | None = None) -> str:
        return f"amqp://{self.account(service)}:{self._password}@{at or self._at}/{self.vhost}"

    def put(self, body: bytes, key: str = "finding.posted.v1", **properties: Any) -> Outcome:
        """Publish raw bytes as findings would, or not quite as findings would."""
        whole = {
            "content_type": CONTENT_TYPE,
            "delivery_mode": 2,
            "user_id": "findings",
            "message_id": secrets.token_hex(8),
            **properties,
        }
        exchange = whole.pop("exchange", "ev.findings")
        if whole["user_id"]:
            whole["user_id"] = self.account(whole["user_id"])
        headers = whole.get("application_headers", {})
        if "x-origin-user" in headers:
            whole["application_headers"] = {
                **headers,
                "x-origin-user": self.account(headers["x-origin-user"]),
            }
        outcome = self._publisher.publish([Outgoing("it", exchange, key, body, whole)])
        assert outcome.error is None, outcome.error
        return outcome

    def say(self, *events: Event, **properties: Any) -> None:
        """Publish events as their source would."""
        for event in events:
            user = {"user_id": event.source, "exchange": topology.exchange(event.source), **properties}
            outcome = self.put(body_of(event), event.type, message_id=event.id, **user)
            assert outcome.confirmed, outcome

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        admin = urlsplit(self.admin_uri)
        auth = (admin.username or "", admin.password or "")
        answer = requests.request(
            method, f"{self.management_uri}/api/{path}", auth=auth, timeout=10, **kwargs
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.text else None

    def depth(self, queue: str) -> int:
        """Messages ready in a queue, as the broker counts them this moment."""
        connection = link.connect(self.admin_uri, "test depth")
        try:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)
        finally:
            link.close(connection)

    def channel(self, uri: str | None = None) -> Any:
        """A raw channel; the caller lets it go with the test."""
        connection = link.connect(uri or self.admin_uri, "test", heartbeat=0)
        connection.transport.sock.settimeout(10)
        return connection.channel()

    def close(self) -> None:
        self._publisher.close()
        self.api("DELETE", f"vhosts/{self.vhost}")
        for service in SERVICES:
            self.api("DELETE", f"users/{self.account(service)}")


class Store:
    """A database of one test's own, as the accountability service's."""

    def __init__(self) -> None:
        self.uri = needed("DUZE_TEST_MONGO_ADMIN_URI")
        self.client = open_client(self.uri, "test")
        self.name = f"test_msg_{secrets.token_hex(4)}"
        self.database = MongoDatabase(self.client, self.name)
        ensure_indexes(self.client[self.name], KERNEL_INDEXES)

    def effects(self) -> dict[str, int]:
        return {row["_id"]: row["count"] for row in self.database.collection("effects").find()}

    def parked(self) -> list[dict[str, Any]]:
        return list(self.database.collection("quarantine").find())

    def close(self) -> None:
        # A process killed in a transaction leaves locks for a minute: then the run's end does away with it all.
        with contextlib.suppress(PyMongoError), pymongo.timeout(3):
            self.client.drop_database(self.name)
            self.client.drop_database(f"{self.name}_audit")
        self.client.close()


class Worker:
    """A worker process of the accountability service."""

    def __init__(self, broker: Broker, store: Store, folder: Path, role: str = "worker", **env: str) -> None:
        self.folder = folder
        self._status = folder / "status.json"
        self._log = folder / "log"
        self._role = role
        self._env = {
            **os.environ,
            "EVENTLET_NO_GREENDNS": "yes",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "DUZE_JWT_KEY": "k" * 32,
            "DUZE_ACCOUNTABILITY_AMQP_URI": broker.uri("accountability"),
            "DUZE_ACCOUNTABILITY_MONGO_URI": store.uri,
            "TMPDIR": str(folder),
            "DUZE_TEST_DATABASE": store.name,
            "DUZE_RETRY_TTLS_MS": ",".join(map(str, TTLS)),
            **env,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, ready: bool = True) -> "Worker":
        self._status.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            command = [sys.executable, str(HERE / "worker_process.py"), str(self._status), self._role]
            self._process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log)
        if ready:
            until(lambda: not self.status().get("missing", True), 20, f"worker ready; {self.tail()}")
        return self

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def status(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._status.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def consumed(self, outcome: str, event_type: str = "finding.posted.v1") -> int:
        return int(self.status().get("consumed", {}).get(f"{event_type}.{outcome}", 0))

    def tail(self) -> str:
        return self._log.read_text()[-3000:] if self._log.exists() else ""

    def alive(self) -> bool:
        return self.process.poll() is None

    def term(self) -> tuple[int, float]:
        """SIGTERM; exit status and seconds."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        return status, time.monotonic() - started

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
