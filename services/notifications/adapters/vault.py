"""Addresses at rest: telephone numbers, e-mail addresses and ids are kept encrypted, in the database and its backups.

Several keys can be known at a time: the first seals, each opens. To change the key, put a new one before the old one
and restart: the worker seals anew what the old one sealed (`sealed_with`), after which the old one can be taken away.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_KEY = re.compile(r"[0-9a-fA-F]{64}")
_REMEMBERED = 10_000


class VaultError(Exception):
    """Keys that cannot be used, or that open nothing of what is kept; the text names neither a key nor an address."""


class AddressVault:
    """Seals and opens addresses. `sealed_with` names the key that seals, and tells nothing of it."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(_KEY.fullmatch(key) for key in keys):
            raise VaultError("each key of the contacts must have 64 hexadecimal digits")
        raw = [bytes.fromhex(key) for key in keys]
        fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in raw])
        self.sealed_with = hashlib.sha256(b"duze contacts " + raw[0]).hexdigest()[:16]
        self._fernet = fernet
        # Who is told of many things at a time is opened once.
        self._opened: Callable[[str], str] = lru_cache(_REMEMBERED)(self._open)

    def seal(self, address: str | None) -> str | None:
        """As it is kept."""
        return None if address is None else self._fernet.encrypt(address.encode()).decode("ascii")

    def open(self, sealed: str | None) -> str | None:
        """The address.

        Raises:
            VaultError: none of the keys has sealed it.
        """
        return None if sealed is None else self._opened(sealed)

    def _open(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as exc:
            raise VaultError("an address was sealed with a key that is not among those given") from exc
