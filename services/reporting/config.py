"""Settings of this service: the environment (the only place that reads it)."""

from dataclasses import dataclass, fields

from environs import Env, EnvValidationError, validate

from shared.settings import ServiceSettings, SettingsError

SERVICE = "reporting"


@dataclass(frozen=True, slots=True)
class ReportingSettings(ServiceSettings):
    """Beside what every service has: the key to sign the tokens with that the others are asked with, which differs
    from `jwt_key` where that is a public key; the folder of the typefaces that files are set with, and the seconds
    that one file may take."""

    jwt_signing_key: str
    fonts_dir: str
    render_seconds: float


def from_env() -> ReportingSettings:
    """The settings of this process; every wrong variable is named at once."""
    base = ServiceSettings.from_env(SERVICE)
    env = Env(eager=False, prefix="DUZE_")
    signing = env.str("JWT_SIGNING_KEY", base.jwt_key)
    fonts = env.str("FONTS_DIR", ".cache/fonts")
    seconds = env.float("RENDER_SECONDS", 30.0, validate=validate.Range(min=0, min_inclusive=False))
    try:
        env.seal()
    except EnvValidationError as exc:
        raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
    values = {one.name: getattr(base, one.name) for one in fields(ServiceSettings)}
    return ReportingSettings(
        **values, jwt_signing_key=signing or base.jwt_key, fonts_dir=fonts, render_seconds=seconds
    )
