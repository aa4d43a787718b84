"""Settings of the local stack: where they come from, and what is told about wrong ones."""

import re
from pathlib import Path

import pytest

from deploy.local import credentials, programs
from deploy.local.errors import StackError
from deploy.local.settings import ROOT, LocalSettings

# Set by programs for each other, or inside an image: nobody's to choose.
_INTERNAL = {
    "DUZE_LOCAL_SEED",
    "DUZE_LOCAL_STACK",
    "DUZE_LOCAL_PROGRAM",
    "DUZE_HOST",
    "DUZE_ROLE",
    "DUZE_SERVICE",
}


def load(tmp_path: Path, **environ: str) -> LocalSettings:
    file = tmp_path / "env"
    file.touch()
    return LocalSettings.load({"DUZE_ENV_FILE": str(file), "DUZE_RUN_DIR": str(tmp_path / "run"), **environ})


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    ports = load(tmp_path).ports
    assert (ports["rabbitmq"], ports["mongod"], ports["smtp"]) == (5673, 27018, 8025)
    assert [ports[f"{s}-api"] for s in ("findings", "accountability", "notifications", "reporting")] == [
        8001, 8002, 8003, 8004,
    ]  # fmt: skip
    assert ports["reporting-worker"] == 9004


def test_the_env_file_is_honoured_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("# ports\nDUZE_FINDINGS_PORT=8101\nexport DUZE_REPORTING_PORT='8104'\n\n")
    ports = load(tmp_path, DUZE_FINDINGS_PORT="8201").ports
    assert (ports["findings-api"], ports["findings-worker"], ports["reporting-api"]) == (8201, 9201, 8104)


def test_a_broken_line_of_the_env_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("DUZE_FINDINGS_PORT=8101\nrm -rf x\n")
    with pytest.raises(StackError, match="line 2"):
        load(tmp_path)


def test_every_wrong_port_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(StackError) as told:
        load(tmp_path, DUZE_MONGO_PORT="27o18", DUZE_SMTP_PORT="70000", DUZE_FINDINGS_PORT="8002")
    for part in (
        "DUZE_MONGO_PORT",
        "DUZE_SMTP_PORT",
        "findings-api and accountability-api both want port 8002",
    ):
        assert part in str(told.value)


def test_secrets_are_private_kept_and_follow_the_ports(tmp_path: Path) -> None:
    first = credentials.make(load(tmp_path))
    file = tmp_path / "run" / "secrets.env"
    assert file.stat().st_mode & 0o777 == 0o600
    moved = credentials.make(load(tmp_path, DUZE_RABBITMQ_PORT="5999"))
    assert moved["DUZE_FINDINGS_AMQP_URI"] == first["DUZE_FINDINGS_AMQP_URI"].replace(":5673/", ":5999/")
    assert {**moved} == credentials.load(load(tmp_path))
    for service in ("FINDINGS", "ACCOUNTABILITY", "NOTIFICATIONS", "REPORTING"):
        for system in ("AMQP", "MONGO"):
            assert re.search(r"://[a-z]+:[0-9a-f]{64}@", moved[f"DUZE_{service}_{system}_URI"])
    assert len(set(re.findall(r"[0-9a-f]{64}", file.read_text()))) == 14


def test_secrets_differ_from_clone_to_clone(tmp_path: Path) -> None:
    one = credentials.make(load(tmp_path, DUZE_RUN_DIR=str(tmp_path / "one")))
    two = credentials.make(load(tmp_path, DUZE_RUN_DIR=str(tmp_path / "two")))
    assert one["DUZE_JWT_KEY"] != two["DUZE_JWT_KEY"]


def test_data_without_its_secrets_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "run" / "mongod").mkdir(parents=True)
    with pytest.raises(StackError, match="make reset"):
        credentials.make(load(tmp_path))


def test_a_broker_of_the_users_own_is_used_as_it_is(tmp_path: Path) -> None:
    settings = load(tmp_path, DUZE_AMQP_URI="amqp://someone:word@10.0.0.5/county")
    assert settings.external("AMQP")
    assert not settings.external("MONGO")
    secrets = credentials.make(settings)
    assert secrets["DUZE_FINDINGS_AMQP_URI"] == "amqp://someone:word@10.0.0.5/county"
    assert "DUZE_AMQP_ADMIN_URI" not in secrets


def test_with_an_administrator_every_service_gets_a_user_of_its_own_there(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DUZE_MONGO_URI="mongodb://db1,db2/?replicaSet=rs0&authSource=admin",
        DUZE_MONGO_ADMIN_URI="mongodb://root:word@db1,db2/?replicaSet=rs0",
    )
    secrets = credentials.make(settings)
    assert re.fullmatch(
        r"mongodb://findings:[0-9a-f]{64}@db1,db2/duze_findings\?replicaSet=rs0",
        secrets["DUZE_FINDINGS_MONGO_URI"],
    )


def test_half_given_addresses_are_told(tmp_path: Path) -> None:
    settings = load(tmp_path, DUZE_FINDINGS_AMQP_URI="amqp://findings:w@10.0.0.5/county")
    with pytest.raises(StackError, match="DUZE_REPORTING_AMQP_URI"):
        credentials.make(settings)


def test_every_setting_is_in_the_example_file() -> None:
    listed = set(re.findall(r"^#?(DUZE_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    sources = [path for folder in ("shared", "services", "deploy") for path in (ROOT / folder).rglob("*.py")]
    sources += [ROOT / "docker-compose.yml"]
    used = {
        name
        for path in sources
        if path.exists()
        for name in re.findall(r"\bDUZE_[A-Z]+(?:_[A-Z]+)*\b", path.read_text(encoding="utf-8"))
    }
    assert used - listed - _INTERNAL == set()


def test_links_that_are_sent_lead_to_this_stack_wherever_it_listens(tmp_path: Path) -> None:
    def links(**environ: str) -> tuple[str, str]:
        told = programs.stack_environment(load(tmp_path, DUZE_NOTIFICATIONS_PORT="8203", **environ), {})
        return told["DUZE_SIGN_URL"], told["DUZE_WECOM_CARD_URL"]

    assert links() == ("http://127.0.0.1:8203", "http://127.0.0.1:8004")
    assert links(DUZE_SIGN_URL="https://duze.invalid") == ("https://duze.invalid", "http://127.0.0.1:8004")
