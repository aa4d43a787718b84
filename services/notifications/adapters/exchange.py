"""One request to a provider over HTTP, and an exact account of what is known when something goes wrong.

Nothing can have been taken before a connection stood; between that and a whole answer nobody can know. The providers'
words are left out of every text: they may repeat the address.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from services.notifications.adapters.channel_rules import ChannelRule
from services.notifications.application.lines import (
    BusyError,
    LostError,
    PermanentError,
    TemporaryError,
    UnreachableError,
)

MOST = 64 * 1024
"""Bytes of an answer that are read; no answer of a provider is longer."""
_CHUNK = 4096
_OK = range(200, 300)
_TOO_MANY, _NOT_NOW, _SERVER = 429, 503, 500
_NOT_US = frozenset({401, 403, 405, 407})


@contextmanager
def session() -> Iterator[requests.Session]:
    """One for each turn, so that connections are used again within it."""
    with requests.Session() as opened:
        yield opened


def ask(
    opened: requests.Session, method: str, url: str, rule: ChannelRule, **request: Any
) -> tuple[int, bytes]:
    """The status and the whole answer of one request. Redirects are not followed: they could lead anywhere.

    Raises:
        UnreachableError, LostError: as they say.
    """
    try:
        with opened.request(
            method, url, timeout=rule.timeout, allow_redirects=False, stream=True, **request
        ) as answer:
            return answer.status_code, _body(answer, time.monotonic() + rule.read_seconds)
    except requests.ConnectTimeout as exc:
        raise UnreachableError("the provider does not answer (ConnectTimeout)") from exc
    except (requests.exceptions.SSLError, requests.exceptions.ProxyError) as exc:
        raise UnreachableError(f"the provider cannot be talked to ({type(exc).__name__})") from exc
    except requests.ConnectionError as exc:
        if _never_stood(exc):
            raise UnreachableError("the provider does not answer (ConnectionError)") from exc
        raise LostError("the connection broke while the provider was taking the message") from exc
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as exc:
        raise PermanentError("the address is no URL that can be used") from exc
    except requests.RequestException as exc:
        raise LostError(f"the provider did not answer in full ({type(exc).__name__})") from exc


def check(status: int, rule: ChannelRule) -> None:
    """Whether the message was taken, as far as HTTP says.

    Raises:
        BusyError, TemporaryError, UnreachableError, LostError, PermanentError: it was not, or nobody knows.
    """
    if status in _OK:
        return
    if status == _TOO_MANY:
        raise BusyError("the provider takes no more for now (HTTP 429)", rule.rest_seconds)
    if status == _NOT_NOW:
        raise TemporaryError("the provider does not take the message now (HTTP 503)")
    if status in _NOT_US:
        raise UnreachableError(f"the provider does not know us (HTTP {status})")
    if status >= _SERVER:
        raise LostError(f"the provider failed over the message (HTTP {status})")
    raise PermanentError(f"the provider refused the message (HTTP {status})")


def parsed(status: int, body: bytes, rule: ChannelRule) -> Mapping[str, Any]:
    """The object that a provider answers with, whatever its codes.

    Raises:
        LostError: HTTP 200 with something else: nobody knows what became of the message.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return answer
    check(status, rule)
    raise LostError("the provider's answer cannot be read")


def judge(code: Any, name: str, rule: ChannelRule) -> None:
    """What a code of the provider means, by the county's table; 0 is the only one that means taken."""
    if code == 0 and not isinstance(code, bool):
        return
    if not isinstance(code, int):
        raise LostError("the provider's answer cannot be read")
    if code in rule.busy:
        raise BusyError(f"the provider takes no more for now ({name} {code})", rule.rest_seconds)
    if code in rule.retry:
        raise TemporaryError(f"the provider does not take the message now ({name} {code})")
    if code in rule.away:
        raise UnreachableError(f"the provider does not know us ({name} {code})")
    raise PermanentError(f"the provider refused the message ({name} {code})")


def _body(answer: requests.Response, until: float) -> bytes:
    body = b""
    for chunk in answer.iter_content(_CHUNK):
        body += chunk
        if len(body) > MOST or time.monotonic() > until:
            raise LostError("the provider did not answer in full")
    return body


def _never_stood(exc: requests.ConnectionError) -> bool:
    cause = exc.args[0] if exc.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
