"""Tokens as the county's login would hand them out."""

import time
from typing import Any

import jwt

from tests.support.service import KEY
from tests.unit.reporting.world import COUNTY


def token(role: str, key: str = KEY, **claims: Any) -> str:
    now = int(time.time())
    payload = {
        "sub": f"{role}-1", "role": role, "area": COUNTY, "iat": now, "exp": now + 600, "iss": "duze",
        "aud": "duze",
    }  # fmt: skip
    return jwt.encode(payload | claims, key, "HS256")
