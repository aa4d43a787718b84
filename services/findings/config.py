"""Settings of this service: the environment (the only place that reads it)."""

from shared.settings import ServiceSettings

SERVICE = "findings"


def from_env() -> ServiceSettings:
    """The settings of this process; every wrong variable is named at once."""
    return ServiceSettings.from_env(SERVICE)
