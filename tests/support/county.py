"""A county seen from outside: what the end-to-end and fault tests do through the public doors only."""

import itertools
import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.support.eventually import eventually
from tests.support.stack import Stack

DEMO = Path("deploy/demo")
SHANGHAI = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(1)


class County:
    """A running stack with the demo county's registers, and the people who use it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = requests.Session()
        self._tokens: dict[tuple[Any, ...], str] = {}

    def token(self, role: str, **claims: Any) -> str:
        claims.setdefault("area", "990100")
        key = (role, *sorted(claims.items()))
        if key not in self._tokens:
            self._tokens[key] = self.stack.token(role=role, **claims)
        return self._tokens[key]

    def call(
        self,
        service: str,
        method: str,
        path: str,
        role: str = "office",
        body: Any = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 60,
        **claims: Any,
    ) -> requests.Response:
        head = {"Authorization": f"Bearer {self.token(role, **claims)}", **(headers or {})}
        return self.http.request(
            method,
            self.stack.url(service) + path,
            json=body,
            data=data,
            headers=head,
            timeout=timeout,
        )

    def get(self, service: str, path: str, role: str = "office", **claims: Any) -> Any:
        answer = self.call(service, "GET", path, role, **claims)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def all(self, service: str, path: str, role: str = "office", **claims: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items, cursor = [], ""
        while True:
            join = "&" if "?" in path else "?"
            page = self.get(service, f"{path}{join}limit=200{cursor}", role, **claims)
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"

    def load_registers(self) -> None:
        for service, path, name in (
            ("accountability", "/cadres/import", "cadres.csv"),
            ("notifications", "/contacts/import", "contacts.csv"),
        ):
            body = (DEMO / name).read_bytes()
            answer = self.call(service, "POST", path, data=body, headers={"Content-Type": "text/csv"})
            assert answer.status_code == 200, answer.text
            assert answer.json()["rejected"] == 0, answer.text

    def post(self, finding: dict[str, Any], headers: dict[str, str] | None = None) -> requests.Response:
        return self.call(
            "findings", "POST", "/findings", "supervisor", finding, headers=headers, team=finding["team"]
        )

    def post_batch(
        self, findings: Iterable[dict[str, Any]], team: str = "T05", **headers: str
    ) -> requests.Response:
        body = "\n".join(json.dumps(finding, ensure_ascii=False) for finding in findings).encode()
        return self.call(
            "findings",
            "POST",
            "/findings/batch",
            "supervisor",
            data=body,
            headers={"Content-Type": "application/x-ndjson", **headers},
            timeout=300,
            team=team,
        )

    def move(self, finding: str, move: str, role: str, body: dict[str, Any], **claims: Any) -> dict[str, Any]:
        answer = self.call("findings", "POST", f"/findings/{finding}/{move}", role, body, **claims)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reconciliation(self) -> dict[str, Any]:
        return self.get("reporting", "/reconciliation")

    def settle(self, seconds: float = 120) -> dict[str, Any]:
        """Wait until nothing is under way any more and every count agrees."""
        return eventually(self._balanced, seconds=seconds)

    def _balanced(self) -> dict[str, Any]:
        result = self.reconciliation()
        assert result["balanced"], result
        return result


def a_finding(**values: Any) -> dict[str, Any]:
    """A finding as a team would post it, with a source_ref of its own."""
    found_at = datetime.now(SHANGHAI) - timedelta(hours=1)
    return {
        "source_ref": f"t-{next(_numbers)}-{uuid.uuid4().hex[:8]}",
        "team": "T05",
        "method": "inspection",
        "found_at": found_at.isoformat(timespec="seconds"),
        "area": "990100001001",
        "place": {"name": "凤栖社区东门", "kind": "checkpoint"},
        "category": "access_control",
        "severity": "moderate",
        "description": "东门没有人值守",
        **values,
    }
