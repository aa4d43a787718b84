"""The service's settings: the only reader of the environment."""

from dataclasses import dataclass, field, fields

from environs import Env, EnvValidationError, validate

from shared.settings import ServiceSettings, SettingsError

SERVICE = "accountability"
_KEYS = validate.Regexp(
    r"([0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*)?$", error="keys of 64 hexadecimal digits, commas between them"
)


@dataclass(frozen=True, slots=True)
class AccountabilitySettings(ServiceSettings):
    """Beside what every service has: the keys that informants are sealed with; without any none can be kept."""

    informant_keys: tuple[str, ...] = field(default=(), repr=False)


def from_env() -> AccountabilitySettings:
    """Read them.

    Raises:
        SettingsError: naming every variable that is missing or wrong.
    """
    base = ServiceSettings.from_env(SERVICE)
    env = Env(eager=False, prefix="DUZE_")
    keys = env.str("ACCOUNTABILITY_INFORMANT_KEYS", "", validate=_KEYS)
    try:
        env.seal()
    except EnvValidationError as exc:
        raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
    return AccountabilitySettings(
        **{one.name: getattr(base, one.name) for one in fields(ServiceSettings)},
        informant_keys=tuple(key for key in (keys or "").split(",") if key),
    )
