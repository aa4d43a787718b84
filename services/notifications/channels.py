"""Composes the outside channels from the settings: which are set up, and what sends on each."""

from collections.abc import Mapping
from secrets import token_bytes

from services.notifications.adapters.channel_rules import ChannelRules
from services.notifications.adapters.console import ConsoleNoticeSender
from services.notifications.adapters.dingtalk import DingtalkAccount, DingtalkNoticeSender
from services.notifications.adapters.sms import SmsGateway, SmsNoticeSender
from services.notifications.adapters.smtp import SmtpNoticeSender, SmtpServer
from services.notifications.adapters.webhook import WebhookAccount, WebhookNoticeSender
from services.notifications.adapters.wecom import WecomAccount, WecomNoticeSender
from services.notifications.adapters.wecom_callback import WecomCallback
from services.notifications.application.lines import NoticeSender
from services.notifications.config import NotificationsSettings
from services.notifications.domain.channel import WECOM_ROBOT

PAPER = "paper"
"""Messages that people carry; nothing sends them."""
KINDS = ("email", "sms", "wecom", "dingtalk", "webhook", PAPER)


def senders_of(settings: NotificationsSettings, rules: ChannelRules) -> Mapping[str, NoticeSender]:
    """The channels that are set up. A console twin stands in for any that the settings name."""
    senders: dict[str, NoticeSender] = {
        "email": SmtpNoticeSender(
            SmtpServer(
                settings.smtp_host,
                settings.smtp_port,
                settings.smtp_from,
                settings.smtp_security,
                settings.smtp_user,
                settings.smtp_password,
            )
        )
    }
    if settings.sms_url:
        gateway = SmsGateway(settings.sms_url, settings.sms_app, settings.sms_secret)
        senders["sms"] = SmsNoticeSender(gateway, rules.of("sms"))
    if settings.wecom_url:
        account = WecomAccount(
            settings.wecom_url,
            settings.wecom_corp,
            settings.wecom_agent,
            settings.wecom_secret,
            settings.wecom_card_url,
            buttons=bool(settings.wecom_callback_token),
        )
        senders["wecom"] = WecomNoticeSender(account, rules.of("wecom"), rules.of(WECOM_ROBOT))
    if settings.dingtalk_url:
        robots = DingtalkAccount(settings.dingtalk_url, settings.dingtalk_secret)
        senders["dingtalk"] = DingtalkNoticeSender(robots, rules.of("dingtalk"))
    if settings.webhook_hosts:
        others = WebhookAccount(settings.webhook_secret, frozenset(settings.webhook_hosts))
        senders["webhook"] = WebhookNoticeSender(others, rules.of("webhook"))
    return senders | {kind: ConsoleNoticeSender(kind) for kind in settings.console_channels}


def wecom_callback_of(settings: NotificationsSettings) -> WecomCallback | None:
    """What reads the callbacks of WeCom, where they are set up."""
    if not settings.wecom_callback_token:
        return None
    return WecomCallback(
        settings.wecom_corp,
        settings.wecom_agent,
        settings.wecom_callback_token,
        settings.wecom_callback_key,
        token_bytes,
    )


def set_up(senders: Mapping[str, NoticeSender]) -> dict[str, bool]:
    """Every outside channel, and whether messages on it come to anything."""
    return {kind: kind == PAPER or kind in senders for kind in KINDS}
