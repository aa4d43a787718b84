"""Signed webhooks (standardwebhooks.com): other systems' addresses, which take the same `webhook-id` once.

Only addresses on the hosts of the settings are written to: whoever may enter a contact could otherwise have us write
to anything that this machine reaches.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from standardwebhooks import Webhook

from services.notifications.adapters import exchange
from services.notifications.adapters.channel_rules import ChannelRule
from services.notifications.application.lines import (
    Letter,
    PermanentError,
    Recovery,
    TemporaryError,
    UnreachableError,
)


@dataclass(frozen=True, slots=True)
class WebhookAccount:
    """The secret (`whsec_…`) and the hosts, with their ports where these are not the usual ones."""

    secret: str
    hosts: frozenset[str]


class WebhookNoticeSender:
    """Sends letters to other systems."""

    recovery = Recovery.RESEND

    def __init__(self, account: WebhookAccount, rule: ChannelRule) -> None:
        self._account = account
        self._rule = rule

    @contextmanager
    def connect(self) -> Iterator["WebhookLine"]:
        """A line; each address is a server of its own."""
        with exchange.session() as opened:
            yield WebhookLine(opened, self._account, self._rule)


class WebhookLine:
    """Requests over one session."""

    def __init__(self, opened: requests.Session, account: WebhookAccount, rule: ChannelRule) -> None:
        self._session = opened
        self._account = account
        self._rule = rule

    def send(self, letter: Letter) -> str | None:
        """Hand one letter over. The other side's id of it is ours."""
        self._require_host(letter.address)
        now = datetime.now(UTC)
        data = {"id": letter.id, "subject": letter.text.subject, "body": letter.text.body}
        body = json.dumps({"type": "notice", "data": data}, ensure_ascii=False)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": letter.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self._account.secret).sign(letter.id, now, body),
        }
        try:
            status, _ = exchange.ask(
                self._session, "POST", letter.address, self._rule, data=body.encode(), headers=headers
            )
            exchange.check(status, self._rule)
        except UnreachableError as exc:
            # Each address is a server of its own: one that is away keeps the others from nothing.
            raise TemporaryError(str(exc)) from exc
        return letter.id

    def _require_host(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            named = parts.username is not None or parts.password is not None
        except ValueError:
            raise PermanentError("the address is no URL that can be used") from None
        if parts.scheme not in ("http", "https") or named or parts.netloc.lower() not in self._account.hosts:
            raise PermanentError("the webhook's host is not among those that may be written to")
