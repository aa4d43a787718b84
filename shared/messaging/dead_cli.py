"""The quarantines of all services at a glance, and the way back (`make dead`, `make redrive QUEUE=`).

Everything goes through the services' own API as an admin, so that it is checked and audited like a person's click.
"""

import time
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

import jwt
import requests
import typer
from environs import Env
from rich.console import Console
from rich.table import Table

from shared.contracts.routing import SERVICES

_PORTS = {"findings": 8001, "accountability": 8002, "notifications": 8003, "reporting": 8004}
_TIMEOUT = (3, 15)
_COLUMNS = ("queue", "reason", "type", "state", "times", "at", "id")

app = typer.Typer(add_completion=False, help=__doc__, no_args_is_help=True)
console = Console()
complaints = Console(stderr=True)


class _Api:
    """One service's quarantine over HTTP."""

    def __init__(self, service: str) -> None:
        env = Env()
        self.service = service
        host = env.str(f"DUZE_{service.upper()}_HOST", "127.0.0.1")
        self._url = f"http://{host}:{env.int(f'DUZE_{service.upper()}_PORT', _PORTS[service])}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {_token(env)}"

    def messages(self, **wanted: str) -> Iterator[dict[str, Any]]:
        """Every message, page by page."""
        query: dict[str, str] = {**wanted, "limit": "200"}
        while True:
            answer = self._session.get(f"{self._url}/quarantine", params=query, timeout=_TIMEOUT)
            answer.raise_for_status()
            page = answer.json()
            yield from page["items"]
            if not page["next"]:
                return
            query["cursor"] = page["next"]

    def redrive(self, key: str) -> bool:
        """Ask for one message to be sent back; False when somebody decided otherwise meanwhile."""
        answer = self._session.post(f"{self._url}/quarantine/{quote(key, safe='')}/redrive", timeout=_TIMEOUT)
        if answer.status_code == requests.codes.conflict:
            return False
        answer.raise_for_status()
        return True


def _token(env: Env) -> str:
    now = int(time.time())
    # A quarantine belongs to no area: one that covers nothing else will do.
    claims = {"sub": "make", "role": "admin", "area": "000000", "iat": now, "exp": now + 300}
    claims["iss"], claims["aud"] = env.str("DUZE_JWT_ISSUER", "duze"), env.str("DUZE_JWT_AUDIENCE", "duze")
    algorithms = env.list("DUZE_JWT_ALGORITHMS", ["HS256"])
    return jwt.encode(claims, env.str("DUZE_JWT_KEY"), algorithm=algorithms[0])


@app.command("list")
def show() -> None:
    """List what lies in quarantine, the settled left out."""
    table = Table(*_COLUMNS, title="quarantine")
    failed = False
    for service in SERVICES:
        try:
            for state in ("open", "redriving"):
                for message in _Api(service).messages(state=state):
                    table.add_row(*(str(message.get(column) or "") for column in _COLUMNS))
        except requests.RequestException as exc:
            failed = True
            complaints.print(f"{service}: {_why(exc)}", markup=False)
    if table.row_count:
        console.print(table)
    elif not failed:
        console.print("the quarantines are empty")
    raise typer.Exit(1 if failed else 0)


@app.command("redrive")
def redrive(queue: Annotated[str, typer.Argument(envvar="QUEUE", help="the queue they came from")]) -> None:
    """Send every open message of QUEUE back to it."""
    service = queue.partition(".")[0]
    if service not in SERVICES:
        complaints.print(f"{queue} is no queue of ours: they are named <service>.<source>.v1", markup=False)
        raise typer.Exit(2)
    api = _Api(service)
    try:
        keys = [message["id"] for message in api.messages(state="open", queue=queue)]
        sent = sum(api.redrive(key) for key in keys)
    except requests.RequestException as exc:
        complaints.print(f"{service}: {_why(exc)}", markup=False)
        raise typer.Exit(1) from exc
    console.print(f"{queue}: {sent} of {len(keys)} messages go back", markup=False)


def _why(exc: requests.RequestException) -> str:
    if exc.response is not None:
        return f"HTTP {exc.response.status_code}"
    return f"does not answer ({type(exc).__name__})"


if __name__ == "__main__":
    app()
