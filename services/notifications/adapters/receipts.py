"""Receipts and signing links as documents: what a notice knows of its receipt, and the links by which it is signed."""

from dataclasses import asdict
from typing import Any

from services.notifications.domain.notice import Notice
from services.notifications.domain.receipt import Call, PaperService, Refusal, Reminding
from services.notifications.domain.signing import Link
from services.notifications.domain.verification import Verification
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

Document = dict[str, Any]
LINKS = "links"
CODES = "codes"
LINKS_INDEX = Index(LINKS, [("forget_at", 1)], ttl=0)
CODES_INDEX = Index(CODES, [("expires_at", 1)], ttl=24 * 3600)
_CODE = ("cadre", "kind", "salt", "digest", "expires_at", "attempts")
_LINK = ("channel", "made_at", "expires_at", "used", "forget_at")


def of_notice(notice: Notice) -> Document:
    """`wake_at` is indexed while somebody is still to be reminded, which is what is looked for."""
    return {
        "leaders": list(notice.leaders),
        "wake_at": notice.wake_at,
        "reminding": asdict(notice.reminding),
        "refusal": notice.refusal and asdict(notice.refusal) | {"witnesses": list(notice.refusal.witnesses)},
        "paper": notice.paper and asdict(notice.paper),
        "calls": [asdict(one) for one in notice.calls],
    }


def to_fields(document: Document) -> Document:
    """A notice from before there were reminders has none."""
    refusal, paper = document.get("refusal"), document.get("paper")
    return {
        "leaders": tuple(document.get("leaders", ())),
        "wake_at": document.get("wake_at"),
        "reminding": Reminding(**document.get("reminding", {})),
        "refusal": Refusal(**refusal | {"witnesses": tuple(refusal["witnesses"])}) if refusal else None,
        "paper": PaperService(**paper) if paper else None,
        "calls": tuple(Call(**one) for one in document.get("calls", ())),
    }


class LinkRepository:
    """Signing links of one transaction, by the digest of their token: the token itself is kept nowhere."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, digest: str) -> Link | None:
        document = self._tx.get(LINKS, digest)
        return None if document is None else _link(digest, document)

    def save(self, link: Link) -> None:
        kept = {name: getattr(link, name) for name in _LINK}
        self._tx.replace(LINKS, {"_id": link.digest, "notices": list(link.notices), **kept})


def _link(digest: str, document: Document) -> Link:
    """A link from before several notices shared one has its only notice in `notice`."""
    if "notice" in document:
        notice, used_at = document["notice"], document["used_at"]
        document = {**document, "notices": [notice], "used": {notice: used_at} if used_at else {}}
    kept = {name: document[name] for name in _LINK}
    return Link(digest, tuple(document["notices"]), **kept | {"used": dict(kept["used"])})


class CodeRepository:
    """The newest code of each recipient and kind of address, by its digest."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, cadre: str, kind: str) -> Verification | None:
        document = self._tx.get(CODES, f"{kind}:{cadre}")
        return None if document is None else Verification(**{name: document[name] for name in _CODE})

    def save(self, verification: Verification) -> None:
        key = f"{verification.kind}:{verification.cadre}"
        self._tx.replace(CODES, {"_id": key, **{name: getattr(verification, name) for name in _CODE}})
