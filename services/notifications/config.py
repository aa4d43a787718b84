"""Settings of this service: the environment (the only place that reads it)."""

from dataclasses import dataclass, fields

from environs import Env, EnvValidationError, validate

from shared.settings import ServiceSettings, SettingsError

SERVICE = "notifications"
_KEYS = validate.Regexp(
    r"[0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*$", error="keys of 64 hexadecimal digits, commas between them"
)


@dataclass(frozen=True, slots=True)
class NotificationsSettings(ServiceSettings):
    """Beside what every service has: how long is gathered (None: as the policies say), and the keys that addresses are
    sealed with."""

    gather_seconds: int | None
    contact_keys: tuple[str, ...]


def from_env() -> NotificationsSettings:
    """The settings of this process; every wrong variable is named at once."""
    base = ServiceSettings.from_env(SERVICE)
    env = Env(eager=False, prefix="DUZE_")
    gather_seconds = env.int("GATHER_SECONDS", None)
    contact_keys = env.str("NOTIFICATIONS_CONTACT_KEYS", validate=_KEYS)
    try:
        env.seal()
    except EnvValidationError as exc:
        raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
    return NotificationsSettings(
        **{one.name: getattr(base, one.name) for one in fields(ServiceSettings)},
        gather_seconds=gather_seconds,
        contact_keys=tuple((contact_keys or "").split(",")),
    )
