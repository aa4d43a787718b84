"""Settings: working defaults, and every wrong value named at once."""

import pytest

from shared.settings import ServiceSettings, SettingsError


def test_defaults_work_with_the_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUZE_JWT_KEY", "secret")
    settings = ServiceSettings.from_env("reporting")
    assert (settings.port, settings.worker_port, settings.database) == (8004, 9004, "duze_reporting")


def test_a_service_has_credentials_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUZE_JWT_KEY", "secret")
    monkeypatch.setenv("DUZE_MONGO_URI", "mongodb://shared/")
    monkeypatch.setenv("DUZE_FINDINGS_MONGO_URI", "mongodb://findings:x@own/")
    assert ServiceSettings.from_env("findings").mongo_uri == "mongodb://findings:x@own/"
    assert ServiceSettings.from_env("reporting").mongo_uri == "mongodb://shared/"


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUZE_JWT_KEY", raising=False)
    monkeypatch.setenv("DUZE_MAX_BODY", "big")
    monkeypatch.setenv("DUZE_REPORTING_PORT", "x")
    with pytest.raises(SettingsError) as caught:
        ServiceSettings.from_env("findings")
    assert all(name in str(caught.value) for name in ("DUZE_JWT_KEY", "DUZE_MAX_BODY", "DUZE_REPORTING_PORT"))
