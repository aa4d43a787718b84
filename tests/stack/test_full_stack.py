"""The whole stack: broker, database, mail sink and the eight processes of the services."""

import ipaddress
from functools import partial

import pytest
import requests

from deploy.local import processes
from deploy.local.programs import SERVICE_PROGRAMS
from tests.support.eventually import eventually
from tests.support.stack import Stack

pytestmark = pytest.mark.needs_stack


def readiness(stack: Stack, name: str) -> int:
    service, _, role = name.partition("-")
    return requests.get(f"{stack.url(service, role)}/readyz", timeout=10).status_code


def is_ready(stack: Stack, name: str) -> bool:
    return readiness(stack, name) == 200


def test_every_process_of_the_services_is_ready(stack: Stack) -> None:
    assert {name: readiness(stack, name) for name in SERVICE_PROGRAMS} == dict.fromkeys(SERVICE_PROGRAMS, 200)


def test_nothing_listens_beyond_loopback(stack: Stack) -> None:
    found = [
        (process.program, address, port)
        for process in processes.of_stack(stack.run_dir)
        for address, port, _ in processes.listening(process.pid)
    ]
    assert {program for program, _, _ in found} >= {*SERVICE_PROGRAMS, "smtp", "rabbitmq", "mongod", "epmd"}
    assert [row for row in found if not ipaddress.ip_address(row[1]).is_loopback] == []


def test_a_service_is_given_no_secret_but_its_own(stack: Stack) -> None:
    pid = stack.pid("findings-api")
    with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123 -- no ordinary file
        names = {entry.partition(b"=")[0].decode() for entry in file.read().split(b"\0")}
    assert {name for name in names if name.endswith("_URI")} == {
        "DUZE_FINDINGS_AMQP_URI",
        "DUZE_FINDINGS_MONGO_URI",
    }
    assert "DUZE_LOCAL_SEED" not in names


def test_up_again_is_harmless_and_quick(stack: Stack) -> None:
    before = {name: stack.pid(name) for name in SERVICE_PROGRAMS}
    stack.start()
    assert {name: stack.pid(name) for name in SERVICE_PROGRAMS} == before


@pytest.mark.faults
def test_every_killed_process_is_restarted_within_five_seconds(stack: Stack) -> None:
    killed = {name: stack.kill(name) for name in (*SERVICE_PROGRAMS, "smtp")}
    for name, old in killed.items():
        stack.restarted(name, old)
    for name in SERVICE_PROGRAMS:
        eventually(partial(is_ready, stack, name), seconds=60)


@pytest.mark.slow
def test_down_and_up_again_keeps_the_stack_whole(stack: Stack) -> None:
    assert stack.command("down").returncode == 0
    assert processes.of_stack(stack.run_dir) == []
    stack.start()
    assert {name: readiness(stack, name) for name in SERVICE_PROGRAMS} == dict.fromkeys(SERVICE_PROGRAMS, 200)


@pytest.mark.slow
def test_other_settings_restart_what_they_concern(stack: Stack) -> None:
    before = {name: stack.pid(name) for name in (*SERVICE_PROGRAMS, "rabbitmq", "mongod")}
    done = stack.command("up", DUZE_LOG_LEVEL="DEBUG")
    assert done.returncode == 0, done.stderr
    after = {name: stack.pid(name) for name in before}
    assert {name for name in before if before[name] != after[name]} == set(SERVICE_PROGRAMS)
    stack.start()
