"""Settings of this service: the environment (the only place that reads it)."""

from dataclasses import dataclass, fields

from environs import Env

from shared.settings import ServiceSettings

SERVICE = "reporting"


@dataclass(frozen=True, slots=True)
class ReportingSettings(ServiceSettings):
    """Beside what every service has: the key to sign the tokens with that the others are asked with. It differs
    from `jwt_key` where that is a public key."""

    jwt_signing_key: str


def from_env() -> ReportingSettings:
    """The settings of this process; every wrong variable is named at once."""
    base = ServiceSettings.from_env(SERVICE)
    signing = Env(prefix="DUZE_").str("JWT_SIGNING_KEY", base.jwt_key)
    values = {one.name: getattr(base, one.name) for one in fields(ServiceSettings)}
    return ReportingSettings(**values, jwt_signing_key=signing or base.jwt_key)
