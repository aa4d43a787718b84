"""The running system as a caller sees it: addresses, tokens, calls over HTTP. Knows nothing of its inside."""

import os
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import jwt
import requests

PORTS = {"findings": 8001, "accountability": 8002, "notifications": 8003, "reporting": 8004}
COUNTY = "990100"
T = TypeVar("T")


class StackError(Exception):
    """The system does not answer, or answers with something that the demo cannot go on from."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One person who calls: what goes into the bearer token."""

    role: str
    sub: str
    area: str = COUNTY
    team: str | None = None
    cadre: str | None = None

    def claims(self) -> dict[str, str]:
        own = {"team": self.team, "cadre": self.cadre}
        given = {name: value for name, value in own.items() if value is not None}
        return {"sub": self.sub, "role": self.role, "area": self.area, **given}

    def make_token(self) -> str:
        """The command line that prints a token for this caller."""
        return " ".join(["make -s token", *(f"{n.upper()}={v}" for n, v in self.claims().items())])


OFFICE = Caller("office", "demo-office")
COMMISSION = Caller("commission", "demo-commission")
APPROVER = Caller("approver", "demo-approver")


def supervisor(team: str) -> Caller:
    return Caller("supervisor", f"demo-{team}", team=team)


def cadre(code: str) -> Caller:
    return Caller("cadre", f"demo-{code}", cadre=code)


def unit(area: str) -> Caller:
    return Caller("unit", f"demo-unit-{area}", area=area)


@dataclass
class Stack:
    """Addresses and key of one running system."""

    key: str
    addresses: dict[str, str]
    run_dir: Path
    issuer: str = "duze"
    audience: str = "duze"
    algorithm: str = "HS256"
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False  # a proxy for the outside has no business between us and loopback

    @classmethod
    def from_env(cls) -> "Stack":
        """Read the environment; the key may also stand in the local stack's secrets file.

        Raises:
            StackError: when no key is found.
        """
        run_dir = Path(os.environ.get("DUZE_RUN_DIR", ".run"))
        key = os.environ.get("DUZE_JWT_KEY") or _secret(run_dir / "secrets.env", "DUZE_JWT_KEY")
        if not key:
            raise StackError(
                f"no DUZE_JWT_KEY, neither set nor in {run_dir}/secrets.env: run `make up` first"
            )
        host = os.environ.get("DUZE_HOST", "127.0.0.1")
        addresses = {
            name: f"http://{host}:{os.environ.get(f'DUZE_{name.upper()}_PORT') or port}"
            for name, port in PORTS.items()
        }
        return cls(
            key=key,
            addresses=addresses,
            run_dir=run_dir,
            issuer=os.environ.get("DUZE_JWT_ISSUER", "duze"),
            audience=os.environ.get("DUZE_JWT_AUDIENCE", "duze"),
            algorithm=os.environ.get("DUZE_JWT_ALGORITHMS", "HS256").split(",")[0],
        )

    def token(self, who: Caller) -> str:
        now = int(time.time())
        claims = {**who.claims(), "iat": now, "exp": now + 3600, "iss": self.issuer, "aud": self.audience}
        return jwt.encode(claims, self.key, algorithm=self.algorithm)

    def send(
        self,
        method: str,
        service: str,
        path: str,
        who: Caller,
        *,
        json: Any = None,
        body: bytes | None = None,
        content_type: str | None = None,
        params: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> requests.Response:
        """Call a route and give its answer back when it is 2xx.

        Raises:
            StackError: naming the call, the status and what the service said.
        """
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        if content_type:
            headers["Content-Type"] = content_type
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        address = self.addresses[service] + path
        try:
            answer = self.session.request(
                method, address, json=json, data=body, params=params, headers=headers, timeout=60
            )
        except requests.RequestException as error:
            raise StackError(
                f"{address} does not answer ({type(error).__name__}): is the stack up? `make up`, then again"
            ) from error
        if not answer.ok:
            raise StackError(f"{method} {address} answered {answer.status_code}: {answer.text[:2000]}")
        return answer

    def get(self, service: str, path: str, who: Caller, **params: Any) -> Any:
        return self.send("GET", service, path, who, params=params).json()

    def post(self, service: str, path: str, who: Caller, json: Any, key: str | None = None) -> Any:
        return self.send("POST", service, path, who, json=json, idempotency_key=key).json()

    def items(self, service: str, path: str, who: Caller, **params: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page."""
        cursor = None
        while True:
            page = self.get(service, path, who, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def curl(self, method: str, service: str, path: str, who: Caller, json: str | None = None) -> str:
        """The same call as a command to copy."""
        parts = ["curl -s"]
        if method != "GET":
            parts.append(f"-X {method}")
        parts.append(shlex.quote(self.addresses[service] + path))
        parts.append(f'-H "Authorization: Bearer $({who.make_token()})"')
        if json is not None:
            parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json)}"]
        return " ".join(parts)


def wait_for(what: str, ask: Callable[[], T | None], seconds: float, pause: float = 0.2) -> T:
    """Ask until there is an answer.

    Raises:
        StackError: when there is none after `seconds`.
    """
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer is not None:
            return answer
        if time.monotonic() > until:
            raise StackError(f"waited {seconds:.0f} s for {what} in vain (logs: .run/log)")
        time.sleep(pause)


def _secret(file: Path, name: str) -> str | None:
    if not file.is_file():
        return None
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == name:
            return value.strip().strip("'\"")
    return None
