"""The broker and the database of the local stack, without the services."""

import ipaddress
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local import processes
from deploy.local.settings import ROOT
from deploy.local.supervision import Supervisor, socket_file
from tests.support.eventually import eventually
from tests.support.stack import Stack

SERVERS = ("epmd", "rabbitmq", "mongod")


@pytest.fixture(scope="module")
def servers() -> Iterator[Stack]:
    stack = Stack(servers_only=True)
    try:
        yield stack.start()
    finally:
        stack.stop()


def broker(stack: Stack, path: str) -> Any:
    env = stack.env()
    user, word = env["DUZE_AMQP_ADMIN_URI"].removeprefix("amqp://").split("@")[0].split(":")
    answer = requests.get(env["DUZE_AMQP_MANAGEMENT_URI"] + path, auth=(user, word), timeout=10)
    answer.raise_for_status()
    return answer.json()


def database(uri: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(uri, serverSelectionTimeoutMS=20000)


def is_primary(stack: Stack) -> None:
    with database(stack.env()["DUZE_MONGO_ADMIN_URI"]) as client:
        assert client.admin.command("hello")["isWritablePrimary"]


def both_answer(stack: Stack) -> None:
    assert broker(stack, "/api/overview")["node"] == "duze@localhost"
    is_primary(stack)


def test_nothing_listens_beyond_loopback(servers: Stack) -> None:
    found = [
        (process.program, address, port)
        for process in processes.of_stack(servers.run_dir)
        for address, port, _ in processes.listening(process.pid)
    ]
    assert {program for program, _, _ in found} == set(SERVERS)
    assert [row for row in found if not ipaddress.ip_address(row[1]).is_loopback] == []
    expected = {servers.settings.ports[name] for name in ("rabbitmq", "rabbitmq-dist", "rabbitmq-management")}
    assert {port for program, _, port in found if program == "rabbitmq"} == expected


def test_what_is_secret_is_private(servers: Stack) -> None:
    secret = ("secrets.env", "stack.json", "supervisord.conf", "rabbitmq/rabbitmq.conf", "mongod/keyfile")
    for name in (*secret, "rabbitmq/.erlang.cookie", "log/mongod.log"):
        assert stat.S_IMODE((servers.run_dir / name).stat().st_mode) & 0o077 == 0, name
    assert stat.S_IMODE(socket_file(servers.settings).stat().st_mode) == 0o700


def test_the_broker_knows_an_administrator_and_no_guest(servers: Stack) -> None:
    users = {user["name"]: set(user["tags"]) for user in broker(servers, "/api/users")}
    assert users["admin"] == {"administrator", "impersonator"}
    assert "guest" not in users
    assert [vhost["name"] for vhost in broker(servers, "/api/vhosts")] == ["duze"]


def test_a_services_database_user_reaches_its_own_database_only(servers: Stack) -> None:
    env = servers.env()
    with database(env["DUZE_FINDINGS_MONGO_URI"]) as client:
        own = client["duze_findings"]
        own["trial"].create_index("at")
        with client.start_session() as session, session.start_transaction():
            own["trial"].insert_one({"_id": 1}, session=session)
        with own["trial"].watch(max_await_time_ms=1) as stream:
            assert stream.try_next() is None
        own.drop_collection("trial")
        for foreign in ("duze_reporting", "admin"):
            with pytest.raises(OperationFailure, match="not authorized"):
                client[foreign]["trial"].find_one()
    host = env["DUZE_FINDINGS_MONGO_URI"].split("@")[1]
    with (
        database(f"mongodb://{host}") as stranger,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        stranger["duze_findings"]["trial"].find_one()


def test_locks_of_a_killed_process_are_let_go_after_ten_seconds(servers: Stack) -> None:
    with database(servers.env()["DUZE_MONGO_ADMIN_URI"]) as client:
        told = client.admin.command("getParameter", transactionLifetimeLimitSeconds=1)
    assert told["transactionLifetimeLimitSeconds"] == 10


def test_up_again_changes_nothing(servers: Stack) -> None:
    before = {name: servers.pid(name) for name in SERVERS}
    started = time.monotonic()
    servers.start()
    assert time.monotonic() - started < 10
    assert {name: servers.pid(name) for name in SERVERS} == before


def test_the_pid_is_the_one_that_does_the_work(servers: Stack) -> None:
    assert {name: processes.name_of(servers.pid(name) or 0) for name in SERVERS} == {
        "epmd": "epmd", "rabbitmq": "beam.smp", "mongod": "mongod",
    }  # fmt: skip
    told = servers.command("pid", NAME="rabbitmq")
    assert (told.returncode, told.stdout) == (0, f"{servers.pid('rabbitmq')}\n")
    assert servers.command("pid", NAME="findings-api").returncode == 1
    assert servers.command("pid", NAME="nobody; true").returncode == 1


@pytest.mark.faults
def test_killed_servers_are_back_within_five_seconds_and_keep_their_data(servers: Stack) -> None:
    with database(servers.env()["DUZE_MONGO_ADMIN_URI"]) as client:
        client["duze_findings"]["kept"].insert_one({"_id": "it"})
    for name in SERVERS:
        servers.restarted(name, servers.kill(name))
    eventually(lambda: both_answer(servers), seconds=60)
    with database(servers.env()["DUZE_MONGO_ADMIN_URI"]) as client:
        assert client["duze_findings"]["kept"].find_one() == {"_id": "it"}


@pytest.mark.faults
def test_orphans_of_a_dead_supervisor_are_ended_and_replaced(servers: Stack) -> None:
    before = {name: servers.pid(name) for name in SERVERS}
    supervisor = Supervisor(servers.settings).pid()
    assert supervisor is not None
    processes.send(supervisor, signal.SIGKILL)
    eventually(lambda: not processes.alive(supervisor))
    assert servers.pid("mongod") == before["mongod"]
    servers.start()
    both_answer(servers)
    assert not any(processes.alive(pid or 0) for pid in before.values())


def test_two_stand_side_by_side_and_one_goes_without_a_trace(servers: Stack) -> None:
    before = {name: servers.pid(name) for name in SERVERS}
    other = Stack(servers_only=True).start()
    try:
        assert broker(other, "/api/overview")["node"] == "duze@localhost"
        names = {process.program for process in processes.of_stack(other.run_dir)}
        assert names >= {*SERVERS, "supervisord"}
        for _ in range(2):
            assert other.command("down").returncode == 0
            assert processes.of_stack(other.run_dir) == []
        ports = {other.settings.ports[name] for name in ("rabbitmq", "rabbitmq-dist", "epmd", "mongod")}
        assert {port for _, port, _ in processes.listening()} & ports == set()
    finally:
        other.stop()
    assert {name: servers.pid(name) for name in SERVERS} == before
    both_answer(servers)


def test_a_used_port_is_named_with_its_user_and_its_variable() -> None:
    stack = Stack(servers_only=True)
    port = stack.settings.ports["mongod"]
    with socket.create_server(("127.0.0.1", port)):
        told = stack.command("up", "--only-servers")
    assert told.returncode == 1
    for part in (f"port {port} (mongod)", f"pid {os.getpid()} ", "DUZE_MONGO_PORT"):
        assert part in told.stderr
    assert processes.of_stack(stack.run_dir) == []
    stack.stop()


def test_reset_deletes_data_and_secrets_and_nothing_else(tmp_path: Path) -> None:
    stack = Stack(servers_only=True, DUZE_RUN_DIR=str(tmp_path))
    stack.start()
    (tmp_path / "someone elses").write_text("kept")
    for ending in ("md", "html", "docx", "pdf"):
        (tmp_path / f"bulletin-cases.{ending}").write_text("names people")
    assert stack.command("reset").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"someone elses", "lock"}
    stack.stop()


def test_no_machine_path_is_written_in_the_repository() -> None:
    root = str(ROOT)
    for folder in ("deploy/local", "tests/stack", "tests/support"):
        for path in (ROOT / folder).glob("*.*"):
            assert root not in path.read_text(encoding="utf-8"), path
