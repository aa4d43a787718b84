"""Tokens for the local stack carry what their role needs and nothing else."""

import time
from typing import Any

import jwt
import pytest

from deploy.local import tokens
from deploy.local.errors import StackError

KEY = "k" * 64
EVERYTHING = {"sub": "u1", "area": "990100", "team": "T05", "cadre": "C001", "ttl": 43200}


def claims(role: str, **values: Any) -> dict[str, Any]:
    made = tokens.make({"DUZE_JWT_KEY": KEY}, role=role, **{**EVERYTHING, **values})
    return jwt.decode(made, KEY, algorithms=["HS256"], audience="duze", issuer="duze")


@pytest.mark.parametrize(
    ("role", "extra"),
    [
        ("supervisor", {"team"}), ("unit", {"cadre"}), ("cadre", {"cadre"}), ("commission", set()),
        ("approver", set()), ("office", set()), ("auditor", set()), ("admin", set()),
    ],
)  # fmt: skip
def test_only_the_roles_claims_are_put_in(role: str, extra: set[str]) -> None:
    assert set(claims(role)) == {"sub", "role", "area", "exp", "iat", "iss", "aud"} | extra


def test_it_lives_as_long_as_was_asked() -> None:
    found = claims("office", ttl=60)
    assert found["exp"] - found["iat"] == 60
    assert abs(found["iat"] - time.time()) < 5


@pytest.mark.parametrize(
    ("role", "values", "told"),
    [
        ("king", {}, "supervisor, unit"), ("office", {"area": "99010"}, "9 or 12"),
        ("office", {"area": "990100'; x"}, "9 or 12"), ("cadre", {"cadre": ""}, "CADRE="),
        ("office", {"ttl": 0}, "TTL"),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_told_in_words(role: str, values: dict[str, Any], told: str) -> None:
    with pytest.raises(StackError, match=told):
        claims(role, **values)
