"""The service's settings: the only reader of the environment."""

from shared.settings import ServiceSettings

SERVICE = "accountability"


def from_env() -> ServiceSettings:
    """Read them.

    Raises:
        SettingsError: naming every variable that is missing or wrong.
    """
    return ServiceSettings.from_env(SERVICE)
