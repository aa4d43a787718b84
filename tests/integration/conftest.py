"""One service for the tests of a module: its api, its database, and the app itself for what its worker does.

A service's own conftest says which one it is (`own_service`) and what its environment holds (`environment`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.service import ServiceApi, ServiceWorker, api_process, app_of, running, scratch_database


@dataclass(frozen=True)
class Service:
    """`config` is its module; `worker` and `api` are what its tests work with."""

    name: str
    config: Any
    build: Callable[[Any], Any]
    worker: type[ServiceWorker]
    api: type[ServiceApi]


@pytest.fixture(scope="module")
def database(own_service: Service, mongo_admin_uri: str) -> Iterator[str]:
    """The name of its database."""
    with scratch_database(mongo_admin_uri, own_service.name) as name:
        yield name


@pytest.fixture(scope="module")
def app(own_service: Service, environment: dict[str, str], database: str) -> Iterator[Any]:
    """The app as the worker has it."""
    with app_of(own_service.build, own_service.config, environment, database) as made:
        yield made


@pytest.fixture(scope="module")
def worker(own_service: Service, app: Any) -> ServiceWorker:
    return own_service.worker(app)


@pytest.fixture(scope="module")
def api(
    own_service: Service, environment: dict[str, str], app: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceApi]:
    """The api, ready."""
    log = tmp_path_factory.mktemp(own_service.name) / "api.log"
    process = api_process(own_service.name, app.settings.database, environment, log)
    with running(process, int(environment[f"DUZE_{own_service.name.upper()}_PORT"]), log) as port:
        yield own_service.api(port)
