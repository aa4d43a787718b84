"""Settings of this service: the environment (the only place that reads it)."""

from dataclasses import dataclass, fields

from environs import Env, EnvValidationError

from shared.settings import ServiceSettings, SettingsError

SERVICE = "notifications"


@dataclass(frozen=True, slots=True)
class NotificationsSettings(ServiceSettings):
    """Beside what every service has: how long is gathered (None: as the policies say)."""

    gather_seconds: int | None


def from_env() -> NotificationsSettings:
    """The settings of this process; every wrong variable is named at once."""
    base = ServiceSettings.from_env(SERVICE)
    env = Env(eager=False, prefix="DUZE_")
    gather_seconds = env.int("GATHER_SECONDS", None)
    try:
        env.seal()
    except EnvValidationError as exc:
        raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
    return NotificationsSettings(
        **{one.name: getattr(base, one.name) for one in fields(ServiceSettings)},
        gather_seconds=gather_seconds,
    )
