"""The accountability service for its own tests."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from services.accountability import config
from services.accountability.bootstrap import build
from services.accountability.entrypoints.service import AccountabilityWorker
from shared.contracts.envelope import Event
from tests.integration.conftest import Service
from tests.support.free_ports import free_port
from tests.support.service import (
    KEY,
    ServiceApi,
    ServiceWorker,
)


class Api(ServiceApi):
    def bring_in(self, body: bytes | str, **rest: Any) -> requests.Response:
        return self.send_csv("/cadres/import", body, **rest)


class Worker(ServiceWorker):
    service_cls = AccountabilityWorker

    def handler_of(self, event: Event) -> Callable[[Event, Any], None]:
        return self.service.on_finding if event.source == "findings" else self.service.on_receipt


@pytest.fixture(scope="module")
def own_service() -> Service:
    return Service("accountability", config, build, Worker, Api)


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str) -> dict[str, str]:
    ports = {"DUZE_ACCOUNTABILITY_PORT": str(free_port())}
    keys = {"DUZE_ACCOUNTABILITY_INFORMANT_KEYS": secrets.token_hex(32)}
    return {"DUZE_JWT_KEY": KEY, "DUZE_ACCOUNTABILITY_MONGO_URI": mongo_admin_uri} | ports | keys
