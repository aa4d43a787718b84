"""Uploading as people do, for the tests of evidence."""

from typing import Any

import requests

from tests.integration.findings.conftest import Api
from tests.support import pictures

TEN_MIB = 10 * 1024 * 1024
COLLECTIONS = ("attachments", "attachments_left_over", "evidence.files", "evidence.chunks")


def upload(
    api: Api, data: bytes, name: str = "现场.jpg", role: str = "supervisor", **rest: Any
) -> requests.Response:
    return api.ask("POST", "/attachments", role, files={"file": (name, data)}, **rest)


def kept(api: Api, data: bytes | None = None, role: str = "supervisor", **rest: Any) -> str:
    answer = upload(api, data or pictures.jpeg(), role=role, **rest)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def held(api: Api) -> dict[str, int]:
    return {name: api.database[name].count_documents({}) for name in COLLECTIONS}


def big_pdf(size: int) -> bytes:
    return b"%PDF-1.7\n" + b"%" * (size - 15) + b"%%EOF\n"
