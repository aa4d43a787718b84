"""The command line of a service's processes."""

from typing import Any

import pytest

from shared.messaging import processes
from shared.settings import ServiceSettings


class Api:
    name = "things"
    app = None


class Worker:
    name = "things"
    app = None


def settings() -> ServiceSettings:
    return ServiceSettings.from_env("findings")


def build(_settings: Any) -> None:
    return None


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["api", "worker"]])
def test_anything_but_one_role_is_answered_with_the_roles_there_are(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"usage: python -m services\.things api\|worker\|relay"):
        processes.main(arguments, "things", settings, build, api=Api, worker=Worker)


@pytest.mark.parametrize(("role", "name"), [("api", "Api"), ("worker", "Worker"), ("relay", "Relay")])
def test_each_role_runs_its_own_class(role: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, str]] = []
    monkeypatch.setenv("DUZE_JWT_KEY", "a-key-made-up-for-the-test-of-the-roles")
    monkeypatch.setattr(
        processes, "run", lambda service, config: ran.append((service.__name__, config["role"]))
    )
    monkeypatch.setattr(processes, "service_config", lambda _settings, role, _build: {"role": role})
    processes.main([role], "things", settings, build, api=Api, worker=Worker)
    assert ran == [(name, role)]
