"""One api, one mail server and one database for the tests of a module, and the app itself for what its worker does."""

import email
import email.policy
import json
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local import channel_providers
from deploy.local.settings import ROOT
from services.notifications import config
from services.notifications.bootstrap import NotificationsApp, build
from services.notifications.entrypoints.service import NotificationsWorker
from shared.contracts.accountability import CADRE_REGISTERED_V1
from shared.contracts.envelope import Event
from tests.integration.conftest import Service
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.support.service import (
    KEY,
    ServiceApi,
    ServiceWorker,
    process_of,
)
from tests.support.stack import clean_environment

GATHER_SECONDS = 2


class Api(ServiceApi):
    def bring_in(self, body: bytes | str, **rest: Any) -> requests.Response:
        return self.send_csv("/contacts/import", body, **rest)


class Worker(ServiceWorker):
    service_cls = NotificationsWorker

    def handler_of(self, event: Event) -> Callable[[Event, Any], None]:
        known = event.type == CADRE_REGISTERED_V1
        return self.service.on_cadre if known else self.service.on_matter


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


@dataclass
class ChannelSink:
    """The stand-ins of the other providers."""

    port: int
    folder: Path

    def feel(self, **moods: str) -> None:
        """How they answer from here on."""
        (self.folder / ".moods").write_text(json.dumps(moods), encoding="utf-8")

    def taken(self, to: str) -> list[dict[str, Any]]:
        """What was taken for an address, oldest first."""
        files = sorted(self.folder.glob("*.json"))
        return [one for file in files if (one := json.loads(file.read_text("utf-8")))["to"] == to]


@pytest.fixture(scope="module")
def api_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def channel_sink(tmp_path_factory: pytest.TempPathFactory, api_port: int) -> Iterator[ChannelSink]:
    run_dir = tmp_path_factory.mktemp("run")
    sink = ChannelSink(free_port(), run_dir / "channels")
    environ = clean_environment() | {
        "DUZE_RUN_DIR": str(run_dir), "DUZE_CHANNEL_SINK_PORT": str(sink.port),
        "DUZE_NOTIFICATIONS_PORT": str(api_port),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "deploy.local.channel_sink"], cwd=ROOT, env=environ)
    try:
        eventually(lambda: requests.get(f"http://127.0.0.1:{sink.port}/", timeout=5))
        yield sink
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="module")
def own_service() -> Service:
    return Service("notifications", config, build, Worker, Api)


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str, sink: Sink, channel_sink: ChannelSink, api_port: int) -> dict[str, str]:
    return {
        **channel_providers.settings("127.0.0.1", channel_sink.port),
        "DUZE_JWT_KEY": KEY,
        "DUZE_NOTIFICATIONS_CONTACT_KEYS": "0f" * 32,
        "DUZE_NOTIFICATIONS_MONGO_URI": mongo_admin_uri,
        "DUZE_NOTIFICATIONS_PORT": str(api_port),
        "DUZE_SMTP_HOST": "127.0.0.1",
        "DUZE_SMTP_PORT": str(sink.port),
        "DUZE_SMTP_FROM": "duze@county.invalid",
        "DUZE_GATHER_SECONDS": str(GATHER_SECONDS),
    }


def send(app: NotificationsApp) -> None:
    """Everything that is due, channel after channel; the worker's threads do it beside each other."""
    for channel in app.outlets:
        app.send(channel)


def process_of_service(environment: dict[str, str], database: str, part: str, log: Path) -> Any:
    """A process of this service; `part` as process.py names it."""
    return process_of("tests.integration.notifications.process", [database, part], environment, log)
