"""Short messages through a signed HTTP gateway (docs/channels.md): a key that it takes once, and a question by it."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from services.notifications.adapters import exchange
from services.notifications.adapters.channel_rules import ChannelRule
from services.notifications.application.lines import Letter, PermanentError, Recovery, Standing, Word
from services.notifications.domain.letter import fit

_ABSENT = 2404
_STANDINGS = {
    "accepted": Standing.TAKEN,
    "delivered": Standing.TAKEN,
    "rejected": Standing.REFUSED,
    "undecided": Standing.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where it is, and who we are there."""

    url: str
    app: str
    secret: str


class SmsNoticeSender:
    """Sends letters as short messages."""

    recovery = Recovery.ASK

    def __init__(self, gateway: SmsGateway, rule: ChannelRule) -> None:
        self._gateway = gateway
        self._rule = rule

    @contextmanager
    def connect(self) -> Iterator["SmsLine"]:
        """A line; the gateway is first talked to with the first message."""
        with exchange.session() as opened:
            yield SmsLine(opened, self._gateway, self._rule)


class SmsLine:
    """Requests over one session."""

    def __init__(self, opened: requests.Session, gateway: SmsGateway, rule: ChannelRule) -> None:
        self._session = opened
        self._gateway = gateway
        self._rule = rule

    def send(self, letter: Letter) -> str | None:
        """Hand one letter over; its id is the key under which the gateway takes it once."""
        text = f"{letter.text.subject}\n{letter.text.body}".strip()
        body = json.dumps({"to": letter.address, "text": fit(text, self._rule.longest)}, ensure_ascii=False)
        answer = self._ask("POST", "/messages", body.encode(), {"Idempotency-Key": letter.id})
        exchange.judge(answer.get("code"), "code", self._rule)
        return _id(answer)

    def ask(self, message: str) -> Word:
        """What became of the message with this key."""
        answer = self._ask("GET", f"/messages/{quote(message, safe='')}", b"", {})
        if answer.get("code") == _ABSENT:
            return Word(Standing.ABSENT)
        try:
            exchange.judge(answer.get("code"), "code", self._rule)
        except PermanentError:
            return Word(Standing.UNDECIDED)
        return Word(_STANDINGS.get(str(answer.get("status")), Standing.UNDECIDED), _id(answer))

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        stamp = str(int(time.time()))
        signed = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Sms-App": self._gateway.app,
            "X-Sms-Timestamp": stamp,
            "X-Sms-Signature": signature(self._gateway.secret, stamp, method, path, body),
        }
        status, content = exchange.ask(
            self._session,
            method,
            self._gateway.url + path,
            self._rule,
            data=body,
            headers={**signed, **headers},
        )
        return exchange.parsed(status, content, self._rule)


def signature(secret: str, stamp: str, method: str, path: str, body: bytes) -> str:
    """HMAC-SHA256 over `<timestamp>.<method> <path>.<body>`, in hexadecimal digits."""
    content = f"{stamp}.{method} {path}.".encode() + body
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _id(answer: Mapping[str, Any]) -> str | None:
    found = answer.get("id")
    return str(found)[:100] if found else None
