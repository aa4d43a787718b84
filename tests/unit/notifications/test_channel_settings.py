"""Channels that cannot be used as they are set up stop the start, with what is wrong."""

import pytest

from services.notifications import config
from services.notifications.adapters.channel_rules import load_channels
from services.notifications.channels import senders_of, set_up
from shared.contracts.errors import DataFileError
from shared.settings import SettingsError
from tests.unit.notifications.world import COUNTY_DIR

KEY = "k" * 40


def settings(monkeypatch, **variables):
    monkeypatch.setenv("DUZE_JWT_KEY", KEY)
    monkeypatch.setenv("DUZE_NOTIFICATIONS_CONTACT_KEYS", "0" * 64)
    monkeypatch.setenv("DUZE_NOTIFICATIONS_MONGO_URI", "mongodb://127.0.0.1:1/x")
    for name, value in variables.items():
        monkeypatch.setenv(f"DUZE_{name}", value)
    return config.from_env()


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"SMTP_SECURITY": "tls13"}, "DUZE_SMTP_SECURITY"),
        ({"SMTP_USER": "duze"}, "DUZE_SMTP_USER"),
        ({"SMS_URL": "https://sms.invalid"}, "DUZE_SMS_SECRET"),
        ({"WECOM_CORP": "ww1"}, "DUZE_WECOM_SECRET"),
        ({"WECOM_CALLBACK_TOKEN": "t"}, "DUZE_WECOM_CALLBACK_KEY"),
        ({"WECOM_CALLBACK_TOKEN": "t", "WECOM_CALLBACK_KEY": "k" * 43}, "DUZE_WECOM_CORP"),
        ({"WECOM_CALLBACK_TOKEN": "t", "WECOM_CALLBACK_KEY": "short"}, "43 letters"),
        ({"WEBHOOK_HOSTS": "a.invalid", "WEBHOOK_SECRET": "plain"}, "DUZE_WEBHOOK_SECRET"),
        ({"CONSOLE_CHANNELS": "pigeon"}, "DUZE_CONSOLE_CHANNELS"),
    ],
)
def test_settings_that_do_not_go_together_are_named(monkeypatch, variables, fault):
    with pytest.raises(SettingsError, match=fault):
        settings(monkeypatch, **variables)


def test_a_channel_without_an_address_is_off_and_secrets_are_not_shown(monkeypatch):
    made = settings(monkeypatch, SMS_URL="https://sms.invalid/", SMS_SECRET="hush", CONSOLE_CHANNELS="wecom")
    assert "hush" not in repr(made)
    shown = set_up(senders_of(made, load_channels(COUNTY_DIR)))
    assert [kind for kind, on in shown.items() if on] == ["email", "sms", "wecom", "paper"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("kind: sms", "kind: pigeon", "kind"),
        ("kind: dingtalk", "kind: sms", "dingtalk: has no row; sms: has two rows"),
        ("per_minute: 20\n", "per_minute: 0\n", "per_minute"),
        (
            "retry_after: [5, 30, 120, 600, 1800, 3600, 7200]\n    longest: 300",
            "retry_after: []",
            "retry_after",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_its_fault(tmp_path, old, new, fault):
    text = (COUNTY_DIR / "channels.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "channels.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=fault):
        load_channels(tmp_path)
