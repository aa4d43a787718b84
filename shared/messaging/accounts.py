"""The broker's accounts: one per service, with the least rights, made through RabbitMQ's management interface."""

import re
from collections.abc import Mapping
from urllib.parse import quote

import requests
from kombu.utils.url import parse_url

from shared.messaging import topology

_TIMEOUT = (5, 15)


class AccountsError(Exception):
    """The management interface refused; the text names the request, never a password."""


class Management:
    """RabbitMQ's HTTP interface, as the administrator of an AMQP address."""

    def __init__(self, url: str, admin_uri: str) -> None:
        parts = parse_url(admin_uri)
        self.user = str(parts["userid"] or "guest")
        self.vhost = str(parts["virtual_host"] or "/")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.auth = (self.user, str(parts["password"] or "guest"))
        self._session.trust_env = False  # a proxy for the outside has no business between us and our broker

    def put(self, path: str, body: Mapping[str, object]) -> None:
        """PUT /api/<path>."""
        try:
            answer = self._session.put(f"{self._url}/api/{path}", json=body, timeout=_TIMEOUT)
        except requests.RequestException as exc:
            raise AccountsError(f"{self._url} does not answer ({type(exc).__name__})") from exc
        if answer.status_code >= 300:
            raise AccountsError(f"PUT /api/{path}: {answer.status_code} {answer.reason}")

    def make_vhost(self) -> None:
        """The vhost, and the administrator's rights on it."""
        self.put(f"vhosts/{_quoted(self.vhost)}", {})
        self.grant(self.user, configure=".*", write=".*", read=".*")

    def make_user(self, name: str, password: str) -> None:
        """A user without any tag; an existing one gets this password."""
        self.put(f"users/{_quoted(name)}", {"password": password, "tags": ""})

    def grant(self, user: str, *, configure: str, write: str, read: str) -> None:
        """Set a user's rights on the vhost (regular expressions over names)."""
        rights = {"configure": configure, "write": write, "read": read}
        self.put(f"permissions/{_quoted(self.vhost)}/{_quoted(user)}", rights)


def rights_of(service: str) -> dict[str, str]:
    """What a service may do: nothing to declare, its own exchanges to write to, its own queues to read from."""
    name = re.escape(service)
    event = re.escape(topology.exchange(service))
    return {"configure": "^$", "write": rf"^({name}\.retry|{name}\.dlx|{event})$", "read": rf"^{name}\..*"}


def make_accounts(management: Management, uris: Mapping[str, str]) -> list[str]:
    """Make the users of `uris` (service -> AMQP address with credentials); returns the users' names.

    An account shared by several services gets the rights of all of them.
    """
    shared: dict[tuple[str, str], list[str]] = {}
    for service, uri in uris.items():
        parts = parse_url(uri)
        if parts["userid"] and parts["password"]:
            shared.setdefault((str(parts["userid"]), str(parts["password"])), []).append(service)
    for (user, password), services in shared.items():
        if user == management.user:
            continue  # the administrator speaks for a service: his rights and tags stay as they are
        rights = [rights_of(service) for service in services]
        management.make_user(user, password)
        management.grant(
            user,
            configure="^$",
            write="|".join(right["write"] for right in rights),
            read="|".join(right["read"] for right in rights),
        )
    return [user for user, _ in shared]


def _quoted(name: str) -> str:
    return quote(name, safe="")
