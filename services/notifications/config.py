"""Settings of this service: the environment (the only place that reads it)."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from environs import Env, EnvValidationError, validate

from shared.settings import ServiceSettings, SettingsError

SERVICE = "notifications"
CONSOLE_KINDS = frozenset({"email", "sms", "wecom", "dingtalk", "webhook"})
_TEXTS = {
    "sms_url": "",
    "sms_app": "duze",
    "sms_secret": "",
    "wecom_url": "",
    "wecom_corp": "",
    "wecom_secret": "",
    "wecom_callback_token": "",
    "wecom_callback_key": "",
    "wecom_card_url": "http://127.0.0.1:8004",
    "dingtalk_url": "",
    "dingtalk_secret": "",
    "webhook_secret": "",
    "sign_url": "http://127.0.0.1:8003",
}
_CALLBACK_KEY = re.compile(r"[A-Za-z0-9]{43}")
_KEYS = validate.Regexp(
    r"[0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*$", error="keys of 64 hexadecimal digits, commas between them"
)


@dataclass(frozen=True, slots=True)
class NotificationsSettings(ServiceSettings):
    """Beside what every service has: the outside channels (one without an address is off), how long is gathered (None:
    as the policies say), and the keys that addresses are sealed with."""

    gather_seconds: int | None
    contact_keys: tuple[str, ...]
    sms_url: str = ""
    sms_app: str = ""
    sms_secret: str = field(default="", repr=False)
    wecom_url: str = ""
    wecom_corp: str = ""
    wecom_agent: int = 0
    wecom_secret: str = field(default="", repr=False)
    wecom_callback_token: str = field(default="", repr=False)
    wecom_callback_key: str = field(default="", repr=False)
    wecom_card_url: str = ""
    dingtalk_url: str = ""
    dingtalk_secret: str = field(default="", repr=False)
    sign_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    webhook_hosts: tuple[str, ...] = ()
    console_channels: tuple[str, ...] = ()


def from_env() -> NotificationsSettings:
    """The settings of this process; every wrong variable is named at once."""
    base = ServiceSettings.from_env(SERVICE)
    env = Env(eager=False, prefix="DUZE_")
    own: dict[str, Any] = {
        name: env.str(name.upper(), default) or default for name, default in _TEXTS.items()
    }
    agent = env.int("WECOM_AGENT", 0)
    gather_seconds = env.int("GATHER_SECONDS", None)
    hosts: list[str] | None = env.list("WEBHOOK_HOSTS", [])
    console: list[str] | None = env.list("CONSOLE_CHANNELS", [])
    contact_keys = env.str("NOTIFICATIONS_CONTACT_KEYS", validate=_KEYS)
    try:
        env.seal()
    except EnvValidationError as exc:
        raise SettingsError(f"settings that cannot be used: {exc.error_messages}") from exc
    own |= {name: own[name].rstrip("/") for name in ("sms_url", "wecom_url", "dingtalk_url", "sign_url")}
    own["webhook_hosts"] = tuple(host.strip().lower() for host in hosts or () if host.strip())
    own["console_channels"] = tuple(kind.strip() for kind in console or () if kind.strip())
    faults = list(_faults(own))
    if faults:
        raise SettingsError(f"settings that cannot be used: {'; '.join(faults)}")
    return NotificationsSettings(
        **{one.name: getattr(base, one.name) for one in fields(ServiceSettings)},
        **own,
        wecom_agent=agent or 0,
        gather_seconds=gather_seconds,
        contact_keys=tuple((contact_keys or "").split(",")),
    )


def _faults(own: dict[str, Any]) -> Iterator[str]:
    if own["sms_url"] and not own["sms_secret"]:
        yield "DUZE_SMS_URL needs DUZE_SMS_SECRET"
    if own["wecom_corp"] and not own["wecom_secret"]:
        yield "DUZE_WECOM_CORP needs DUZE_WECOM_SECRET"
    if bool(own["wecom_callback_token"]) != bool(own["wecom_callback_key"]):
        yield "DUZE_WECOM_CALLBACK_TOKEN and DUZE_WECOM_CALLBACK_KEY go together"
    if own["wecom_callback_token"] and not own["wecom_corp"]:
        yield "DUZE_WECOM_CALLBACK_TOKEN needs DUZE_WECOM_CORP"
    if own["wecom_callback_key"] and not _CALLBACK_KEY.fullmatch(own["wecom_callback_key"]):
        yield "DUZE_WECOM_CALLBACK_KEY has 43 letters and digits"
    if own["webhook_hosts"] and not _is_webhook_secret(own["webhook_secret"]):
        yield "DUZE_WEBHOOK_HOSTS needs DUZE_WEBHOOK_SECRET (whsec_ and base64)"
    if set(own["console_channels"]) - CONSOLE_KINDS:
        yield f"DUZE_CONSOLE_CHANNELS are some of {', '.join(sorted(CONSOLE_KINDS))}"


def _is_webhook_secret(text: str) -> bool:
    try:
        return text.startswith("whsec_") and bool(
            base64.b64decode(text.removeprefix("whsec_"), validate=True)
        )
    except binascii.Error:
        return False
