"""What every kind of test may ask for; servers that are missing fail a test, they never skip it."""

import os
from collections.abc import Iterator

import pytest

from tests.support.county import County
from tests.support.stack import Stack

_NEEDS = {
    "needs_mongo": ("DUZE_TEST_MONGO_ADMIN_URI",),
    "needs_rabbitmq": ("DUZE_TEST_AMQP_ADMIN_URI", "DUZE_TEST_AMQP_MANAGEMENT_URI"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, variables in _NEEDS.items():
        missing = [variable for variable in variables if not os.environ.get(variable)]
        if item.get_closest_marker(marker) is not None and missing:
            pytest.fail(f"{marker}: {', '.join(missing)} not set; run it with `make test`", pytrace=False)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole stack, one for the run; tests must leave every program running."""
    stack = Stack()
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def county(stack: Stack) -> County:
    """The stack with the demo county's people in its registers."""
    county = County(stack)
    county.load_registers()
    return county


@pytest.fixture(scope="session")
def mongo_admin_uri() -> str:
    return os.environ["DUZE_TEST_MONGO_ADMIN_URI"]
