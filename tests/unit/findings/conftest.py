import pytest

from shared.settings import ServiceSettings
from tests.unit.findings.evidence_world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DUZE_JWT_KEY", "a-key-made-up-for-the-tests")
    return World(ServiceSettings.from_env("findings"))
