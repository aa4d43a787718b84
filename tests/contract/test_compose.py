"""docker-compose.yml as an operator relies on it: readable by compose 1.29 and v2, loopback only, nothing secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.audit.storage import ALLOWED, TRAIL_INDEXES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PORTS = {"findings": 8001, "accountability": 8002, "notifications": 8003, "reporting": 8004}
PROCESSES = {
    f"{name}-{role}": (name, role, port + (1000 if role == "worker" else 0))
    for name, port in PORTS.items()
    for role in ("api", "worker")
}


def test_compose_1_29_can_read_it() -> None:
    assert not {"name", "include", "version"} & set(COMPOSE)
    assert "!override" not in TEXT
    assert "!reset" not in TEXT
    assert not [name for name, service in SERVICES.items() if "develop" in service]


def test_broker_and_database_have_the_promised_versions() -> None:
    assert SERVICES["rabbitmq"]["image"].startswith("rabbitmq:4")
    assert SERVICES["mongo"]["image"].startswith("mongo:8")
    assert {"--replSet", "--keyFile"} <= set(SERVICES["mongo"]["command"])


def test_what_a_killed_process_held_is_soon_let_go() -> None:
    assert "transactionLifetimeLimitSeconds=10" in SERVICES["mongo"]["command"]


@pytest.mark.parametrize("name", PROCESSES)
def test_every_process_of_every_service_runs_and_is_checked(name: str) -> None:
    service, role, port = PROCESSES[name]
    process = SERVICES[name]
    assert process["command"] == ["python", "-m", f"services.{service}", role]
    assert process["build"]["args"]["SERVICE"] == service
    assert process["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/readyz"
    assert process["restart"] == "unless-stopped"
    assert process["depends_on"] == {
        "mongo": {"condition": "service_healthy"},
        "topology": {"condition": "service_completed_successfully"},
    }


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_gets_the_credentials_of_its_own_service_and_no_other(name: str) -> None:
    service, _, _ = PROCESSES[name]
    given = {variable for variable in SERVICES[name]["environment"] if variable.endswith("_URI")}
    assert given == {f"DUZE_{service.upper()}_AMQP_URI", f"DUZE_{service.upper()}_MONGO_URI"}


def _published() -> dict[str, int]:
    """Service -> port on this machine, defaults filled in."""
    published = {}
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            host = re.fullmatch(r"127\.0\.0\.1:\$\{DUZE_[A-Z_]+:-(\d+)\}:\d+", port)
            assert host, f"{name} publishes {port}: every port is bound to 127.0.0.1 and can be moved"
            published[f"{name}:{port.rsplit(':', 1)[1]}"] = int(host.group(1))
    return published


def test_ports_are_those_of_the_local_stack_and_on_loopback() -> None:
    published = _published()
    assert published["rabbitmq:5672"] == 5673
    assert published["mongo:27017"] == 27018
    assert {name: published[f"{name}:{port}"] for name, (_, _, port) in PROCESSES.items()} == {
        name: port for name, (_, _, port) in PROCESSES.items()
    }
    assert len(set(published.values())) == len(published)


def test_everything_that_stays_up_has_a_health_check() -> None:
    unchecked = {name for name, service in SERVICES.items() if "test" not in service.get("healthcheck", {})}
    assert unchecked == {"topology"}


# The password of somebody else's mail server is not ours to make; without one there is none.
OWN_SECRET = re.compile(r"\$\{(DUZE_(?!SMTP_)[A-Z_]*(?:PASSWORD|KEYS?))([^}]*)\}")


def test_no_secret_has_a_default() -> None:
    uses = OWN_SECRET.findall(TEXT)
    assert len({name for name, _ in uses}) == 10
    demanded = {name for name, rest in uses if rest.startswith(":?")}
    assert demanded == {name for name, _ in uses}
    assert not [name for name, rest in uses if rest and not rest.startswith(":?")]


def test_the_secrets_script_makes_every_secret() -> None:
    script = (ROOT / "deploy/compose/secrets.sh").read_text(encoding="utf-8")
    for name in {name for name, _ in OWN_SECRET.findall(TEXT)}:
        assert re.search(rf"\b{name}\b", script), name


def test_prometheus_starts_only_when_asked_for_and_scrapes_every_process() -> None:
    watching = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert watching == {name: ["prometheus"] for name in ("prometheus", "grafana")}
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    targets = [
        target
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    ]
    assert sorted(targets) == sorted(f"{name}:{port}" for name, (_, _, port) in PROCESSES.items())


def test_the_image_installs_only_what_is_locked_and_runs_without_root() -> None:
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER (?!root|0)", dockerfile, re.MULTILINE)
    assert "HEALTHCHECK" in dockerfile
    assert not re.search(r"https?://|--(extra-)?index-url|\bpip config\b", dockerfile)


def test_files_that_are_mounted_or_copied_exist() -> None:
    mounted = [
        volume.split(":", 1)[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for path in line.split()[:-1]
    ]
    for path in [*mounted, *copied]:
        for name in PORTS:
            assert (ROOT / path.replace("${SERVICE}", name)).exists(), path


def test_a_service_gets_the_rights_of_the_audit_trail_that_the_local_stack_gives() -> None:
    script = (ROOT / "deploy/compose/mongo-init.js").read_text(encoding="utf-8")
    (actions,) = re.findall(r"actions: \[([^\]]*)\]", script)
    assert tuple(re.findall(r'"(\w+)"', actions)) == ALLOWED
    (fields,) = re.findall(r"const field of \[([^\]]*)\]", script)
    wanted = {index.keys[0][0] for index in TRAIL_INDEXES if len(index.keys) == 3}
    assert set(re.findall(r'"(\w+)"', fields)) == wanted
    assert len(TRAIL_INDEXES) == 2 + len(wanted)
