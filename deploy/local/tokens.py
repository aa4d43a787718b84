"""Bearer tokens for the local stack, carrying what the role needs and nothing else."""

import re
import time
from collections.abc import Mapping

import jwt

from deploy.local.errors import StackError
from shared.contracts.claims import ROLES

TWELVE_HOURS = 12 * 60 * 60
_AREA = re.compile(r"\d{6}(\d{3}(\d{3})?)?")


def make(
    env: Mapping[str, str], *, role: str, sub: str | None, area: str, team: str | None, cadre: str | None, ttl: int
) -> str:  # fmt: skip
    """Sign one.

    Raises:
        StackError: naming everything that is wrong with the wish.
    """
    wrong = []
    if role not in ROLES:
        wrong.append(f"ROLE={role!r} is none of {', '.join(sorted(ROLES))}")
    if not _AREA.fullmatch(area):
        wrong.append(f"AREA={area!r} is not a division code of 6, 9 or 12 digits")
    if role == "cadre" and not cadre:
        wrong.append("ROLE=cadre needs CADRE=, the person's id in the register")
    if ttl <= 0:
        wrong.append(f"TTL={ttl} is not a number of seconds to live")
    if wrong:
        raise StackError("; ".join(wrong))
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": sub or f"local-{role}", "role": role, "area": area, "iat": now, "exp": now + ttl,
        "iss": env.get("DUZE_JWT_ISSUER", "duze"), "aud": env.get("DUZE_JWT_AUDIENCE", "duze"),
    }  # fmt: skip
    if role == "supervisor" and team:
        claims["team"] = team
    if role in ("cadre", "unit") and cadre:
        claims["cadre"] = cadre
    return jwt.encode(claims, env["DUZE_JWT_KEY"], algorithm="HS256")
