"""Tokens: whose they are, how long they are remembered, what is no token."""

import base64
import dataclasses
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.http.auth import LEEWAY, Authenticator
from shared.http.problems import Problem
from shared.settings import ServiceSettings

KEY = "a-key-made-up-for-the-unit-tests"


@pytest.fixture
def settings(monkeypatch):
    monkeypatch.setenv("DUZE_JWT_KEY", KEY)
    return ServiceSettings.from_env("findings")


def payload(**claims):
    now = int(time.time())
    right = {
        "sub": "u1",
        "role": "unit",
        "area": "990100",
        "iat": now,
        "exp": now + 60,
        "iss": "duze",
        "aud": "duze",
    }
    return right | claims


def token(**claims):
    return "Bearer " + jwt.encode(payload(**claims), KEY, "HS256")


def test_a_verified_token_is_remembered_until_it_expires(settings, monkeypatch):
    authenticator = Authenticator(settings)
    header = token(team="T05")
    first = authenticator.authenticate(header)
    assert (first.sub, first.role, first.area, first.team, first.cadre) == (
        "u1",
        "unit",
        "990100",
        "T05",
        None,
    )
    assert authenticator.authenticate(header) is first
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100)
    with pytest.raises(Problem, match="expired"):
        authenticator.authenticate(header)


def test_the_memory_of_tokens_is_bounded(settings, monkeypatch):
    monkeypatch.setattr("shared.http.auth._REMEMBERED", 3)
    authenticator = Authenticator(settings)
    for number in range(10):
        authenticator.authenticate(token(sub=f"u{number}"))
    assert len(authenticator._known) == 3


@pytest.mark.parametrize(
    "claims",
    [
        {"team": 5},
        {"team": ""},
        {"team": "T\n05"},
        {"cadre": "c" * 201},
        {"sub": "s" * 201},
        {"sub": 5},
        {"sub": "a\ud800"},
        {"area": 990100},
        {"area": "９９０１００"},
        {"role": ["admin"]},
        {"role": {"admin": 1}},
        {"role": None},
        {"exp": 10**400},
        {"exp": float("inf")},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": 10**12},
        {"iat": float("nan")},
        {"iat": "x"},
        {"nbf": 9_999_999_999},
        {"aud": ["other"]},
        {"aud": []},
        {"aud": {"duze": 1}},
    ],
)
def test_claims_of_the_wrong_kind_are_refused(settings, claims):
    with pytest.raises(Problem) as caught:
        Authenticator(settings).authenticate(token(**claims))
    assert caught.value.status == 401


def test_a_service_without_a_key_or_with_unsigned_tokens_does_not_start(settings):
    for change in ({"jwt_key": ""}, {"jwt_algorithms": ("HS256", "none")}):
        with pytest.raises(ValueError):
            Authenticator(dataclasses.replace(settings, **change))


def test_a_token_for_several_audiences_is_for_us_too(settings):
    assert Authenticator(settings).authenticate(token(aud=["other", "duze"])).sub == "u1"


def test_a_token_that_expires_while_it_is_remembered_is_forgotten(settings, monkeypatch):
    authenticator = Authenticator(settings)
    header, now = token(), time.time()
    authenticator.authenticate(header)
    monkeypatch.setattr(time, "time", lambda: now + 60 + LEEWAY + 1)
    with pytest.raises(Problem, match="expired"):
        authenticator.authenticate(header)
    assert not authenticator._known


def test_only_the_algorithms_that_were_named_are_verified(settings):
    key = KEY * 2
    authenticator = Authenticator(dataclasses.replace(settings, jwt_key=key))
    for algorithm, right in (("HS256", True), ("HS384", False), ("HS512", False)):
        sent = f"Bearer {jwt.encode(payload(), key, algorithm)}"
        if right:
            assert authenticator.authenticate(sent).role == "unit"
            continue
        with pytest.raises(Problem):
            authenticator.authenticate(sent)
    with pytest.raises(Problem):
        authenticator.authenticate(f"Bearer {jwt.encode(payload(), '', 'none')}")


def test_a_public_key_cannot_be_used_as_a_secret(settings):
    """Were both kinds of algorithm named, whoever knows the public key could sign with it as with a secret."""
    with pytest.raises(ValueError):
        Authenticator(dataclasses.replace(settings, jwt_algorithms=("RS256", "HS256")))
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    authenticator = Authenticator(
        dataclasses.replace(settings, jwt_key=public.decode(), jwt_algorithms=("RS256",))
    )
    assert authenticator.authenticate(f"Bearer {jwt.encode(payload(), private, 'RS256')}").sub == "u1"
    with pytest.raises(Problem):
        authenticator.authenticate(f"Bearer {signed_with(public, payload())}")


def signed_with(secret, claims):
    """HS256 by hand: the library refuses to sign with a public key."""

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    body = (
        part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
    )
    return (body + b"." + part(hmac.digest(secret, body, "sha256"))).decode()
