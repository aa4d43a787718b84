"""Bearer tokens: who is calling. Fixed algorithms, every claim checked, verified tokens remembered till they expire."""

import hashlib
import re
import time
from typing import Any

import jwt

from shared.contracts.claims import ROLES, Claims
from shared.http.problems import Problem
from shared.settings import ServiceSettings

LEEWAY = 30
_REMEMBERED = 4096
# The year 9999: what lies beyond is no time.
_LATEST = 253_402_300_799
_AREA = re.compile(r"\d{6}(\d{3}(\d{3})?)?", re.ASCII)
_REQUIRED = ("exp", "iat", "sub", "aud", "iss")


class Authenticator:
    """Turns an Authorization header into claims."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._key = settings.jwt_key
        self._algorithms = list(settings.jwt_algorithms)
        self._issuer = settings.jwt_issuer
        self._audience = settings.jwt_audience
        self._known: dict[bytes, tuple[Claims, float]] = {}
        if not self._key or any(name.lower() == "none" for name in self._algorithms):
            raise ValueError("tokens need a key and a signature algorithm")
        if len({name.upper().startswith("HS") for name in self._algorithms}) != 1:
            # A public key is no secret: whoever has it could sign with it.
            raise ValueError("algorithms with a secret and with a public key cannot go together")

    def authenticate(self, header: str | None) -> Claims:
        """The claims of the token in `header`.

        Raises:
            Problem: 401, with what is wrong but nothing of the token.
        """
        if not header:
            raise _refused("no bearer token", challenge="Bearer")
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise _refused("no bearer token", challenge="Bearer")
        fingerprint = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(fingerprint)
        if known is not None:
            if known[1] > time.time():
                return known[0]
            del self._known[fingerprint]
            raise _refused("the token has expired")
        claims, until = self._verify(token)
        if len(self._known) >= _REMEMBERED:
            # The oldest first; a busy caller's is soon back.
            self._known.pop(next(iter(self._known)))
        self._known[fingerprint] = claims, until
        return claims

    def _verify(self, token: str) -> tuple[Claims, float]:
        try:
            payload = jwt.decode(
                token,
                self._key,
                algorithms=self._algorithms,
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": list(_REQUIRED)},
            )
        except jwt.ExpiredSignatureError:
            raise _refused("the token has expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            # Not only PyJWT's own errors: odd headers and claims make it raise the others too.
            raise _refused("the token is not valid here") from None
        expires = payload["exp"]
        if isinstance(expires, bool) or not isinstance(expires, (int, float)) or expires > _LATEST:
            raise _refused("the token's exp is not a time")
        return _claims(payload), expires + LEEWAY


def _claims(payload: dict[str, Any]) -> Claims:
    sub, role, area = payload["sub"], payload.get("role"), payload.get("area")
    if not _is_name(sub):
        raise _refused("the token's sub is not 1 to 200 characters")
    if not isinstance(role, str) or role not in ROLES:
        raise _refused("the token's role is not known")
    if not isinstance(area, str) or not _AREA.fullmatch(area):
        raise _refused("the token's area is not 6, 9 or 12 digits")
    return Claims(sub, role, area, team=_optional(payload, "team"), cadre=_optional(payload, "cadre"))


def _optional(payload: dict[str, Any], name: str) -> str | None:
    value = payload.get(name)
    if value is not None and not _is_name(value):
        raise _refused(f"the token's {name} is not 1 to 200 characters")
    return value


def _is_name(value: Any) -> bool:
    """Printable: the names of callers are kept in audit rows and documents, which take no lone surrogate."""
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _refused(detail: str, challenge: str = 'Bearer error="invalid_token"') -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": challenge})
