"""A code that is sent to an address before it is first used: who can read it out has the address."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(minutes=30)
ATTEMPTS = 5
_ROUNDS = 50_000
"""A code has six digits only: what is kept of it must cost something to guess."""


@dataclass(slots=True)
class Verification:
    """The newest code for one kind of address of one recipient. Only its digest is kept, bound to the address."""

    cadre: str
    kind: str
    salt: str
    digest: str
    expires_at: datetime
    attempts: int = 0

    @classmethod
    def of(cls, cadre: str, kind: str, address: str, code: str, salt: str, now: datetime) -> "Verification":
        """For a code that is sent now."""
        return cls(cadre, kind, salt, _digest(code, address, salt), now + LASTS)

    def is_open(self, now: datetime) -> bool:
        """Whether a code may still be tried."""
        return now < self.expires_at and self.attempts < ATTEMPTS

    def try_code(self, code: str, address: str) -> bool:
        """Whether this is the code that was sent to this address."""
        return hmac.compare_digest(_digest(code, address, self.salt), self.digest)


def _digest(code: str, address: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", f"{code}\n{address}".encode(), salt.encode(), _ROUNDS).hex()
