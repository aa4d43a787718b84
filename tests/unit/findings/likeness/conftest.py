"""A county of its own for each test."""

import pytest

from tests.unit.findings.likeness.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)
