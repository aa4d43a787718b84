"""The reporting service, its peers faked, for its own tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.reporting import config
from services.reporting.adapters import documents
from services.reporting.adapters.searching import FACTS
from services.reporting.bootstrap import build
from services.reporting.domain.fact import Fact
from services.reporting.entrypoints.service import ReportingWorker
from shared.contracts.envelope import Event
from tests.integration.conftest import Service
from tests.integration.reporting.peers import FakePeer
from tests.support.free_ports import free_port
from tests.support.service import (
    KEY,
    ServiceApi,
    ServiceWorker,
)

Api = ServiceApi


class Worker(ServiceWorker):
    service_cls = ReportingWorker

    def handler_of(self, event: Event) -> Callable[[Event, Any], None]:
        return self.service.on_event

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
def own_service() -> Service:
    return Service("reporting", config, build, Worker, Api)


@pytest.fixture(scope="module")
def environment(mongo_admin_uri: str, peers: dict[str, FakePeer]) -> dict[str, str]:
    ports = {f"DUZE_{name.upper()}_PORT": str(peer.port) for name, peer in peers.items()}
    ports |= {"DUZE_REPORTING_PORT": str(free_port())}
    return {"DUZE_JWT_KEY": KEY, "DUZE_REPORTING_MONGO_URI": mongo_admin_uri} | ports
