"""One api and one database for the tests of a module, and the app itself for what its worker does."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from services.accountability import config
from services.accountability.bootstrap import AccountabilityApp, build
from services.accountability.entrypoints.service import AccountabilityWorker
from shared.contracts.envelope import Event
from tests.support.free_ports import free_port
from tests.support.service import (
    KEY,
    ServiceApi,
    ServiceWorker,
    api_process,
    app_of,
    running,
    scratch_database,
)


class Api(ServiceApi):
    def bring_in(self, body: bytes | str, **rest: Any) -> requests.Response:
        return self.send_csv("/cadres/import", body, **rest)


class Worker(ServiceWorker):
    service_cls = AccountabilityWorker

    def handler_of(self, event: Event) -> Callable[[Event, Any], None]:
        return self.service.on_finding if event.source == "findings" else self.service.on_receipt


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str) -> dict[str, str]:
    ports = {"DUZE_ACCOUNTABILITY_PORT": str(free_port())}
    keys = {"DUZE_ACCOUNTABILITY_INFORMANT_KEYS": secrets.token_hex(32)}
    return {"DUZE_JWT_KEY": KEY, "DUZE_ACCOUNTABILITY_MONGO_URI": mongo_admin_uri} | ports | keys


@pytest.fixture(scope="module")
def database(mongo_admin_uri: str) -> Iterator[str]:
    with scratch_database(mongo_admin_uri, "accountability") as name:
        yield name


@pytest.fixture(scope="module")
def app(environment: dict[str, str], database: str) -> Iterator[AccountabilityApp]:
    """The app as the worker has it."""
    with app_of(build, config, environment, database) as made:
        yield made


@pytest.fixture(scope="module")
def worker(app: AccountabilityApp) -> Worker:
    return Worker(app)


@pytest.fixture(scope="module")
def api(
    environment: dict[str, str], app: AccountabilityApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The api, ready."""
    log = tmp_path_factory.mktemp("accountability") / "api.log"
    process = api_process("accountability", app.settings.database, environment, log)
    with running(process, int(environment["DUZE_ACCOUNTABILITY_PORT"]), log) as port:
        yield Api(port)
