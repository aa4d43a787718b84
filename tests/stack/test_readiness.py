"""`make up` waits for what is on its way, and tells at once of what will never come."""

import itertools
import time
from pathlib import Path

import pytest

from deploy.local import readiness
from deploy.local.errors import StackError
from deploy.local.programs import SERVICE_PROGRAMS
from deploy.local.settings import LocalSettings
from tests.support.free_ports import free_ports


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    """Of a stack that is not there."""
    ports = free_ports(len(SERVICE_PROGRAMS))
    named = {
        f"DUZE_{service.upper()}_{'' if role == 'api' else 'WORKER_'}PORT": str(port)
        for (service, _, role), port in zip((n.partition("-") for n in SERVICE_PROGRAMS), ports, strict=True)
    }
    (tmp_path / "env").touch()
    return LocalSettings.load(
        {
            "DUZE_ENV_FILE": str(tmp_path / "env"),
            "DUZE_RUN_DIR": str(tmp_path / "run"),
            "DUZE_UP_TIMEOUT": "60",
            **named,
        }
    )


def test_a_program_that_keeps_ending_is_told_long_before_the_time_is_over(settings: LocalSettings) -> None:
    settings.log_dir.mkdir(parents=True)
    (settings.log_dir / "findings-api.log").write_text("the county directory is not there\n")
    lives = itertools.count(1000)
    started = time.monotonic()
    with pytest.raises(StackError, match=r"findings-api[\s\S]*the county directory is not there"):
        readiness.wait(settings, lambda: {"findings-api": next(lives)})
    assert time.monotonic() - started < 30


def test_a_program_that_takes_its_time_is_waited_for(settings: LocalSettings) -> None:
    looks = []

    def pids() -> dict[str, int]:
        looks.append(1)
        if len(looks) > 2 * readiness._LIVES:
            raise KeyboardInterrupt
        return dict.fromkeys(SERVICE_PROGRAMS, 4711)

    with pytest.raises(KeyboardInterrupt):
        readiness.wait(settings, pids)
