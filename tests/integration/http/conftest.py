import os

import pytest

from tests.integration.http.client import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The fake service in memory, shared by the tests of a module."""
    running = Service().start(tmp_path_factory.mktemp("http"))
    yield running
    assert running.end() == 0, "the service ends by itself when asked"


@pytest.fixture
def start(tmp_path):
    """Start services with settings of their own; they are ended after the test."""
    running = []

    def start_one(files=None, **env):
        one = Service(env=env, files=files).start(tmp_path)
        running.append(one)
        return one

    yield start_one
    for one in running:
        one.end()


@pytest.fixture
def mongo_uri():
    """The database of the test run."""
    uri = os.environ.get("DUZE_TEST_MONGO_ADMIN_URI")
    assert uri, "DUZE_TEST_MONGO_ADMIN_URI is not set: run this through `make test`"
    return uri
