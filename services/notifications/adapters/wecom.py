"""WeCom 企业微信: cards to members of the enterprise by its application, and texts to groups by their robots.

Judged by `errcode`: HTTP 200 says nothing. Neither has a key by which a message would be known again.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from services.notifications.adapters import exchange
from services.notifications.adapters.channel_rules import ChannelRule
from services.notifications.application.lines import (
    Letter,
    LostError,
    PermanentError,
    Recovery,
    TemporaryError,
    UnreachableError,
)
from services.notifications.domain.channel import ROBOT
from services.notifications.domain.letter import fit

_EARLY = 300
"""Seconds before its end at which a token is fetched anew."""
_STALE = frozenset({40014, 42001})
_TITLE = 120


@dataclass(frozen=True, slots=True)
class WecomAccount:
    """The enterprise and its application; `card_url` is where a card leads. Without `corp` only robots are used.

    With `buttons` WeCom tells the application when a card's button is pressed: then a notice is signed by it.
    """

    url: str
    corp: str
    agent: int
    secret: str
    card_url: str
    buttons: bool = False


class WecomNoticeSender:
    """Sends letters by WeCom. The access token is kept until shortly before it ends."""

    recovery = Recovery.PERSON

    def __init__(self, account: WecomAccount, rule: ChannelRule, robot_rule: ChannelRule) -> None:
        self.account = account
        self.rule = rule
        self.robot_rule = robot_rule
        self._token = ""
        self._token_until = 0.0

    @contextmanager
    def connect(self) -> Iterator["WecomLine"]:
        """A line; the token is fetched with the first card."""
        with exchange.session() as opened:
            yield WecomLine(opened, self)

    def token(self, opened: requests.Session) -> str:
        """The access token. Nothing was sent when it cannot be had.

        Raises:
            UnreachableError: it cannot be had.
        """
        if time.monotonic() < self._token_until:
            return self._token
        query = {"corpid": self.account.corp, "corpsecret": self.account.secret}
        try:
            url = f"{self.account.url}/cgi-bin/gettoken"
            answer = exchange.parsed(*exchange.ask(opened, "GET", url, self.rule, params=query), self.rule)
        except (LostError, TemporaryError, PermanentError) as exc:
            raise UnreachableError("the provider gave no access token") from exc
        code, token = answer.get("errcode"), answer.get("access_token")
        if code != 0 or not token:
            raise UnreachableError(f"the provider gave no access token (errcode {code})")
        self._token = str(token)
        self._token_until = time.monotonic() + max(float(answer.get("expires_in", 0)) - _EARLY, 1.0)
        return self._token

    def forget_token(self) -> None:
        """It is not valid any more."""
        self._token_until = 0.0


class WecomLine:
    """Requests over one session."""

    def __init__(self, opened: requests.Session, sender: WecomNoticeSender) -> None:
        self._session = opened
        self._sender = sender

    def send(self, letter: Letter) -> str | None:
        """Hand one letter over."""
        if letter.address.startswith(ROBOT):
            self._to_robot(letter)
            return None
        if not self._sender.account.corp:
            raise PermanentError("no application of the enterprise is set up: only robots can be written to")
        answer = self._card(letter)
        if answer.get("errcode") in _STALE:
            self._sender.forget_token()
            answer = self._card(letter)
        exchange.judge(answer.get("errcode"), "errcode", self._sender.rule)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise PermanentError("the recipient is no member that the application may write to")
        found = answer.get("msgid")
        return str(found)[:100] if found else None

    def _card(self, letter: Letter) -> Mapping[str, Any]:
        account, rule = self._sender.account, self._sender.rule
        token = self._sender.token(self._session)
        card = _button_card if account.buttons and letter.plain else _text_card
        body = {"touser": letter.address, "agentid": account.agent, **card(letter, rule, account)}
        return exchange.parsed(
            *exchange.ask(
                self._session,
                "POST",
                f"{account.url}/cgi-bin/message/send",
                rule,
                params={"access_token": token},
                json=body,
            ),
            rule,
        )

    def _to_robot(self, letter: Letter) -> None:
        rule = self._sender.robot_rule
        text = fit(f"{letter.text.subject}\n{letter.text.body}", rule.longest, "utf-8")
        url = f"{self._sender.account.url}/cgi-bin/webhook/send"
        body = {"msgtype": "text", "text": {"content": text}}
        query = {"key": letter.address.removeprefix(ROBOT)}
        sent = exchange.ask(self._session, "POST", url, rule, params=query, json=body)
        exchange.judge(exchange.parsed(*sent, rule).get("errcode"), "errcode", rule)


def _text_card(letter: Letter, rule: ChannelRule, account: WecomAccount) -> dict[str, Any]:
    """A card that leads to a page: of its notices, where they can be signed there."""
    card = {
        "title": fit(letter.text.subject, _TITLE),
        "description": fit(letter.text.body, rule.longest),
        "url": letter.link or account.card_url,
        "btntxt": "签收" if letter.link else "查看",
    }
    return {"msgtype": "textcard", "textcard": card}


def _button_card(letter: Letter, rule: ChannelRule, _account: WecomAccount) -> dict[str, Any]:
    """A card whose button signs; opening it leads to the page of the same link. Its task is the message's own id."""
    link, text = str(letter.link), letter.plain or letter.text
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": fit(text.subject, _TITLE)},
        "sub_title_text": fit(text.body, rule.longest),
        "card_action": {"type": 1, "url": link},
        "task_id": letter.id,
        "button_list": [{"text": "签收", "style": 1, "key": link.rpartition("/")[2]}],
    }
    return {"msgtype": "template_card", "template_card": card}
