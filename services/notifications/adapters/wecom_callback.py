"""What WeCom 企业微信 tells the application of a card: that a member has pressed its button. As its 加解密方案 says.

Signed with SHA-1 over the sorted token, time, nonce and cipher text; encrypted with AES-256-CBC. The cipher text names
the enterprise that it is meant for, and its age is limited: a message that somebody has recorded is soon worth nothing.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.notifications.application.cards import Press, Signature
from services.notifications.domain.errors import ForgedCallbackError

FRESH = timedelta(minutes=5)
_EVENT = "template_card_event"
_BLOCK, _IV, _RANDOM, _LENGTH = 32, 16, 16, 4


class WecomCallback:
    """Reads what one application of one enterprise is told, and seals what is answered."""

    def __init__(self, corp: str, agent: int, token: str, key: str, random: Callable[[int], bytes]) -> None:
        self._corp = corp
        self._agent = str(agent)
        self._token = token
        self._key = base64.b64decode(key + "=")
        self._random = random

    def echo(self, signature: Signature, sealed: str, now: datetime) -> str:
        """The text that proves that the address is ours.

        Raises:
            ForgedCallbackError: it is not from WeCom, or not for us.
        """
        return self._open(signature, sealed, now).decode("utf-8", "replace")

    def press(self, signature: Signature, body: bytes, now: datetime) -> Press | None:
        """Whose pressing of which button is told; None when it is about something else.

        Raises:
            ForgedCallbackError: it is not from WeCom, or not for us.
        """
        told = _parsed(self._open(signature, _text(_parsed(body), "Encrypt"), now))
        if _text(told, "Event") != _EVENT:
            return None
        if (_text(told, "ToUserName"), _text(told, "AgentID")) != (self._corp, self._agent):
            raise ForgedCallbackError
        return Press(_text(told, "FromUserName"), _text(told, "EventKey"))

    def relabel(self, press: Press, words: str, now: datetime) -> bytes:
        """The answer that puts other words on the button, for whoever has pressed it."""
        stamp = str(int(now.timestamp()))
        said = Element("xml")
        for name, value in (
            ("ToUserName", press.member), ("FromUserName", self._corp), ("CreateTime", stamp),
            ("MsgType", "update_button"),
        ):  # fmt: skip
            SubElement(said, name).text = value
        SubElement(SubElement(said, "Button"), "ReplaceName").text = words
        sealed, nonce = self._seal(tostring(said)), self._random(8).hex()
        answer = Element("xml")
        for name, value in (
            ("Encrypt", sealed), ("MsgSignature", self._sign(stamp, nonce, sealed)), ("TimeStamp", stamp),
            ("Nonce", nonce),
        ):  # fmt: skip
            SubElement(answer, name).text = value
        return tostring(answer)

    def _sign(self, stamp: str, nonce: str, sealed: str) -> str:
        content = "".join(sorted((self._token, stamp, nonce, sealed)))
        return hashlib.sha1(content.encode()).hexdigest()  # noqa: S324 - theirs; the key is what protects

    def _open(self, signature: Signature, sealed: str, now: datetime) -> bytes:
        stamp = signature.timestamp
        wanted = self._sign(stamp, signature.nonce, sealed)
        if not hmac.compare_digest(wanted.encode(), signature.msg_signature.encode()):
            raise ForgedCallbackError
        if (
            not (stamp.isascii() and stamp.isdecimal())
            or abs(now.timestamp() - int(stamp)) > FRESH.total_seconds()
        ):
            raise ForgedCallbackError
        try:
            content = self._decrypted(base64.b64decode(sealed, validate=True))
            (length,) = struct.unpack_from("!I", content, _RANDOM)
        except (ValueError, struct.error) as exc:
            raise ForgedCallbackError from exc
        start = _RANDOM + _LENGTH
        if content[start + length :] != self._corp.encode():
            raise ForgedCallbackError
        return content[start : start + length]

    def _decrypted(self, sealed: bytes) -> bytes:
        opener = self._cipher().decryptor()
        padded = opener.update(sealed) + opener.finalize()
        padding = padded[-1] if padded else 0
        if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise ForgedCallbackError
        return padded[:-padding]

    def _seal(self, message: bytes) -> str:
        content = self._random(_RANDOM) + struct.pack("!I", len(message)) + message + self._corp.encode()
        padding = _BLOCK - len(content) % _BLOCK
        sealer = self._cipher().encryptor()
        return base64.b64encode(
            sealer.update(content + bytes([padding]) * padding) + sealer.finalize()
        ).decode()

    def _cipher(self) -> "Cipher[CBC]":
        return Cipher(AES(self._key), CBC(self._key[:_IV]))


def _parsed(body: bytes) -> Element:
    try:
        return fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise ForgedCallbackError from exc


def _text(element: Element, name: str) -> str:
    return element.findtext(name) or ""
