"""What every service reads from the environment, named as in `.env.example`; every wrong value is told at once."""

from dataclasses import dataclass, field
from typing import Any

from environs import Env, EnvValidationError, validate

BATCH_SIZE = 300
"""Events a consumer takes into one transaction. What each costs falls with it, and what a failure repeats grows."""
_SECURITY = validate.OneOf(["", "starttls", "ssl"], error="starttls, ssl or empty")
_PORTS = {"findings": 8001, "accountability": 8002, "notifications": 8003, "reporting": 8004}


class SettingsError(Exception):
    """Settings that cannot be used; names each of them."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings of one service's processes. Times in the unit of their name; sizes in bytes."""

    service: str
    amqp_uri: str
    mongo_uri: str
    database: str
    bind: str
    port: int
    worker_port: int
    ports: dict[str, int]
    hosts: dict[str, str]
    jwt_key: str
    jwt_algorithms: tuple[str, ...]
    jwt_issuer: str
    jwt_audience: str
    areas_file: str
    vocabulary_file: str
    county_dir: str
    log_level: str
    rate_per_minute: int
    max_body: int
    max_batch_body: int
    max_connections: int
    max_workers: int
    retry_ttls_ms: tuple[int, ...]
    batch_size: int
    batch_wait_ms: int
    relay_poll_ms: int
    smtp_host: str
    smtp_port: int
    smtp_from: str
    smtp_security: str
    smtp_user: str
    smtp_password: str = field(repr=False)
    auditors_mail: tuple[str, ...]
    test_clock_file: str | None

    @classmethod
    def from_env(cls, service: str) -> "ServiceSettings":
        """Read them.

        Raises:
            SettingsError: naming every variable that is missing or wrong.
        """
        env = Env(eager=False, prefix="DUZE_")
        name = service.upper()
        ports = {other: env.int(f"{other.upper()}_PORT", default) for other, default in _PORTS.items()}
        bind = env.str("BIND", "127.0.0.1")
        amqp = env.str("AMQP_URI", "amqp://127.0.0.1:5673/duze")
        mongo = env.str("MONGO_URI", "mongodb://127.0.0.1:27018/?replicaSet=duze")
        values: dict[str, Any] = {
            "service": service,
            "amqp_uri": env.str(f"{name}_AMQP_URI", amqp),
            "mongo_uri": env.str(f"{name}_MONGO_URI", mongo),
            "database": f"duze_{service}",
            "bind": bind,
            "port": ports[service],
            "worker_port": env.int(f"{name}_WORKER_PORT", (ports[service] or 0) + 1000),
            "ports": ports,
            "hosts": {other: env.str(f"{other.upper()}_HOST", "127.0.0.1") for other in _PORTS},
            "jwt_key": env.str("JWT_KEY"),
            "jwt_algorithms": tuple(env.list("JWT_ALGORITHMS", ["HS256"]) or ()),
            "jwt_issuer": env.str("JWT_ISSUER", "duze"),
            "jwt_audience": env.str("JWT_AUDIENCE", "duze"),
            "areas_file": env.str("AREAS_FILE", "deploy/demo/areas.csv"),
            "vocabulary_file": env.str("VOCABULARY_FILE", "deploy/demo/vocabulary.yaml"),
            "county_dir": env.str("COUNTY_DIR", "deploy/county"),
            "log_level": env.str("LOG_LEVEL", "INFO"),
            "rate_per_minute": env.int("RATE_PER_MINUTE", 30000),
            "max_body": env.int("MAX_BODY", 1024 * 1024),
            "max_batch_body": env.int("MAX_BATCH_BODY", 16 * 1024 * 1024),
            "max_connections": env.int("MAX_CONNECTIONS", 256),
            "max_workers": env.int("MAX_WORKERS", 32),
            "retry_ttls_ms": tuple(
                env.list("RETRY_TTLS_MS", [5000, 30000, 120000, 600000], subcast=int) or ()
            ),
            "batch_size": env.int("BATCH_SIZE", BATCH_SIZE),
            "batch_wait_ms": env.int("BATCH_WAIT_MS", 20),
            "relay_poll_ms": env.int("RELAY_POLL_MS", 1000),
            "smtp_host": env.str("SMTP_HOST", "127.0.0.1"),
            "smtp_port": env.int("SMTP_PORT", 8025),
            "smtp_from": env.str("SMTP_FROM", "duze@localhost"),
            "smtp_security": env.str("SMTP_SECURITY", "", validate=_SECURITY),
            "smtp_user": env.str("SMTP_USER", ""),
            "smtp_password": env.str("SMTP_PASSWORD", ""),
            "auditors_mail": tuple(env.list("AUDITORS_MAIL", ["auditors@localhost"]) or ()),
            "test_clock_file": env.str("TEST_CLOCK_FILE", "") or None,
        }
        try:
            env.seal()
        except EnvValidationError as exc:
            raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
        if values["smtp_user"] and not values["smtp_security"]:
            raise SettingsError(
                "settings that cannot be used: DUZE_SMTP_USER needs DUZE_SMTP_SECURITY, "
                "since a password does not travel in the open"
            )
        return cls(**values)
