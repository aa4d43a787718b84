"""DingTalk 钉钉: texts to groups by their robots, signed; judged by `errcode`.

An address is `<access token>` or `<access token>:<secret>` of a robot; the first kind is signed with the secret of the
settings, if there is one.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from services.notifications.adapters import exchange
from services.notifications.adapters.channel_rules import ChannelRule
from services.notifications.application.lines import Letter, Recovery
from services.notifications.domain.letter import fit


@dataclass(frozen=True, slots=True)
class DingtalkAccount:
    """Where its robots are, and the secret of those that bring none."""

    url: str
    secret: str


class DingtalkNoticeSender:
    """Sends letters by robots. They have no key by which a message would be known again."""

    recovery = Recovery.PERSON

    def __init__(self, account: DingtalkAccount, rule: ChannelRule) -> None:
        self._account = account
        self._rule = rule

    @contextmanager
    def connect(self) -> Iterator["DingtalkLine"]:
        """A line; DingTalk is first talked to with the first message."""
        with exchange.session() as opened:
            yield DingtalkLine(opened, self._account, self._rule)


class DingtalkLine:
    """Requests over one session."""

    def __init__(self, opened: requests.Session, account: DingtalkAccount, rule: ChannelRule) -> None:
        self._session = opened
        self._account = account
        self._rule = rule

    def send(self, letter: Letter) -> str | None:
        """Hand one letter over."""
        token, _, own = letter.address.partition(":")
        query, secret = {"access_token": token}, own or self._account.secret
        if secret:
            stamp = str(round(time.time() * 1000))
            # requests encodes the query, once: a signature that is encoded twice does not match.
            query |= {"timestamp": stamp, "sign": signature(secret, stamp)}
        text = fit(f"{letter.text.subject}\n{letter.text.body}", self._rule.longest, "utf-8")
        sent = exchange.ask(
            self._session,
            "POST",
            f"{self._account.url}/robot/send",
            self._rule,
            params=query,
            json={"msgtype": "text", "text": {"content": text}},
        )
        exchange.judge(exchange.parsed(*sent, self._rule).get("errcode"), "errcode", self._rule)
        return None


def signature(secret: str, stamp: str) -> str:
    """HMAC-SHA256 over `<timestamp>\\n<secret>` with the secret as key, in base64."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
