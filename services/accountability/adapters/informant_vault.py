"""Informants at rest: their names are kept encrypted, in the database and its backups.

Several keys can be known at a time: the first seals, each opens. Without any key nothing is kept.
"""

import base64
import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from services.accountability.domain.errors import NoKeyError

KEY = re.compile(r"[0-9a-fA-F]{64}")


class VaultError(Exception):
    """A key that cannot be used, or that opens nothing of what is kept; the text names neither."""


class InformantVault:
    """Seals and opens; never written to a log."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not all(KEY.fullmatch(key) for key in keys):
            raise VaultError("each key of the informants must have 64 hexadecimal digits")
        fernets = [Fernet(base64.urlsafe_b64encode(bytes.fromhex(key))) for key in keys]
        self._fernet = MultiFernet(fernets) if fernets else None

    def seal(self, text: str) -> str:
        """As it is kept."""
        return self._box().encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The name.

        Raises:
            VaultError: none of the keys has sealed it.
        """
        try:
            return self._box().decrypt(sealed).decode()
        except InvalidToken as exc:
            raise VaultError("an informant was sealed with a key that is not among those given") from exc

    def _box(self) -> MultiFernet:
        if self._fernet is None:
            raise NoKeyError
        return self._fernet
