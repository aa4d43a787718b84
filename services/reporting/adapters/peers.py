"""The figures of the other services, by their `/counts`: the only call between services."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import jwt
import requests
import structlog

from services.reporting.domain.balance import Accountability, Findings, Notifications

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds for all three together: they are asked side by side."""
_TOKEN_SECONDS = 60
_PIECE, _LONGEST = 64 * 1024, 16 * 1024 * 1024
_SUBJECT = "service:reporting"
log = structlog.get_logger("reporting")


class HttpPeers:
    """Asks the services side by side; `token` makes a bearer token for an area."""

    def __init__(self, urls: Mapping[str, str], token: Callable[[str], str]) -> None:
        self._urls = urls
        self._token = token

    def counts(self, area: str) -> tuple[Findings | None, Accountability | None, Notifications | None]:
        """None for each that does not answer in time, or not as it should."""
        answers: dict[str, Any] = {}
        headers = {"Authorization": f"Bearer {self._token(area)}"}

        def ask(service: str) -> None:
            answers[service] = _counts(service, self._urls[service], headers)

        threads = [threading.Thread(target=ask, args=(service,), daemon=True) for service in self._urls]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        told = dict(answers)
        return (
            _read("findings", told, _findings),
            _read("accountability", told, _accountability),
            _read("notifications", told, _notifications),
        )


def service_token(key: str, algorithm: str, issuer: str, audience: str) -> Callable[[str], str]:
    """Makes short-lived tokens in the name of this service, for one area each."""

    def make(area: str) -> str:
        now = int(time.time())
        claims = {"sub": _SUBJECT, "role": "admin", "area": area, "iat": now, "exp": now + _TOKEN_SECONDS}
        return jwt.encode({**claims, "iss": issuer, "aud": audience}, key, algorithm=algorithm)

    return make


def _counts(service: str, url: str, headers: Mapping[str, str]) -> Any:
    try:
        return json.loads(_body(f"{url}/counts", headers))
    except (requests.RequestException, ValueError) as exc:
        log.warning("a service does not tell its figures", service_asked=service, error=type(exc).__name__)
        return None


def _body(url: str, headers: Mapping[str, str]) -> bytes:
    """What it answers, in time and within bounds: a slow answer must not pile up behind the next question."""
    until = time.monotonic() + PATIENCE
    body = b""
    with requests.Session() as session:
        # Neither a proxy nor a .netrc of the machine may come between the services.
        session.trust_env = False
        with session.get(
            url, headers=dict(headers), timeout=PATIENCE, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise requests.HTTPError(f"it answered {answer.status_code}")
            for piece in answer.iter_content(_PIECE):
                body += piece
                if len(body) > _LONGEST or time.monotonic() > until:
                    raise requests.Timeout("the answer does not end")
    return body


def _read(service: str, answers: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T | None:
    answer = answers.get(service)
    if answer is None:
        return None
    try:
        return read(answer)
    except (KeyError, TypeError, AttributeError) as exc:
        log.warning("a service tells other figures", service_asked=service, error=type(exc).__name__)
        return None


def _findings(answer: Mapping[str, Any]) -> Findings:
    figures: dict[tuple[str, str], int] = {}
    for one in (*answer["findings"], *answer["historical"]):
        key = one["area"], one["status"]
        figures[key] = figures.get(key, 0) + one["count"]
    posted = sum(one["count"] for one in answer["findings"])
    return Findings(figures, posted, answer["outbox_pending"])


def _accountability(answer: Mapping[str, Any]) -> Accountability:
    return Accountability(answer["assigned"], answer["unresolved"], answer["outbox_pending"])


def _notifications(answer: Mapping[str, Any]) -> Notifications:
    return Notifications(answer["noticed"], answer["outbox_pending"])
