"""A member of the local WeCom: presses the button of a card, as WeCom would tell the application of it.

Written from WeCom's 加解密方案 on its own, not from the service's reading of it: each tries the other.
"""

import base64
import hashlib
import secrets
import time
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TIMEOUT = 5.0
"""Seconds in which WeCom wants an answer."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Its id, its application, and what was entered there for messages: the token and the EncodingAESKey."""

    corp: str
    agent: int
    token: str
    key: str

    def request(
        self, plain: str, stamp: int | None = None, name: str = "Encrypt"
    ) -> tuple[dict[str, str], str]:
        """The query and the sealed text of a message."""
        sealed = self.sealed(plain)
        at, nonce = str(int(time.time()) if stamp is None else stamp), secrets.token_hex(8)
        query = {"msg_signature": self.signature(at, nonce, sealed), "timestamp": at, "nonce": nonce}
        return query, sealed

    def pressed(self, member: str, key: str, task: str = "") -> str:
        """The event of a pressed button."""
        return (
            f"<xml><ToUserName>{self.corp}</ToUserName><FromUserName>{escape(member)}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType>event</MsgType>"
            f"<Event>template_card_event</Event><EventKey>{escape(key)}</EventKey><TaskId>{escape(task)}</TaskId>"
            f"<CardType>button_interaction</CardType><AgentID>{self.agent}</AgentID></xml>"
        )

    def signature(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()  # noqa: S324 - WeCom's

    def sealed(self, plain: str) -> str:
        message = plain.encode()
        whole = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self.corp.encode()
        pad = 32 - len(whole) % 32
        sealer = self._cipher.encryptor()
        return base64.b64encode(sealer.update(whole + bytes([pad] * pad)) + sealer.finalize()).decode()

    def opened(self, sealed: str) -> str:
        opener = self._cipher.decryptor()
        whole = opener.update(base64.b64decode(sealed)) + opener.finalize()
        length = int.from_bytes(whole[16:20], "big")
        return whole[20 : 20 + length].decode()

    @property
    def _cipher(self) -> "Cipher[modes.CBC]":
        key = base64.b64decode(self.key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def press(enterprise: Enterprise, url: str, member: str, key: str, task: str) -> str:
    """What the button says after it was pressed; empty when it says what it said."""
    query, sealed = enterprise.request(enterprise.pressed(member, key, task))
    body = f"<xml><ToUserName>{enterprise.corp}</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode()
    asked = urllib.request.Request(  # noqa: S310 - the local stack's own address
        f"{url}?{urlencode(query)}", body, {"Content-Type": "text/xml"}
    )
    with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310
        said = answer.read()
    if not said:
        return ""
    told = ElementTree.fromstring(said)  # noqa: S314 - the local stack's own answer
    sealed, stamp, nonce = (told.findtext(name) or "" for name in ("Encrypt", "TimeStamp", "Nonce"))
    if enterprise.signature(stamp, nonce, sealed) != told.findtext("MsgSignature"):
        raise ValueError("the answer is not signed as it should be")
    reply = ElementTree.fromstring(enterprise.opened(sealed))  # noqa: S314
    return reply.findtext("Button/ReplaceName") or ""
