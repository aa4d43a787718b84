"""What each messaging test gets: a vhost, a database and worker processes of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.messaging.kit import Broker, Store, Worker


@pytest.fixture
def broker() -> Iterator[Broker]:
    made = Broker()
    yield made
    made.close()


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.close()


@pytest.fixture
def worker(broker: Broker, store: Store, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def make(role: str = "worker", **env: str) -> Worker:
        folder = tmp_path / f"worker{len(made)}"
        folder.mkdir()
        made.append(Worker(broker, store, folder, role, **env))
        return made[-1]

    yield make
    for one in made:
        one.close()
