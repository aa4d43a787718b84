"""Whom notices go to, of one transaction: their contacts and names, and who knows of which assignment."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.notifications.adapters import documents
from services.notifications.adapters.vault import AddressVault
from services.notifications.domain.contact import Contact
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

CONTACTS, NAMES, TOLD = "contacts", "names", "told"

PEOPLE_INDEXES = (
    Index(CONTACTS, [("created_at", -1), ("_id", -1)]),
    Index(CONTACTS, [("sealed_with", 1), ("_id", 1)]),
)


class ContactRepository:
    """By which channels recipients can be reached."""

    def __init__(self, transaction: Transaction, vault: AddressVault) -> None:
        self._tx = transaction
        self._vault = vault

    def get(self, recipient: str) -> Contact | None:
        document = self._tx.get(CONTACTS, recipient)
        return None if document is None else documents.to_contact(document, self._vault)

    def get_many(self, recipients: Iterable[str]) -> Mapping[str, Contact]:
        found = self._tx.get_many(CONTACTS, recipients)
        return {key: documents.to_contact(document, self._vault) for key, document in found.items()}

    def save(self, contact: Contact) -> None:
        self._tx.replace(CONTACTS, documents.of_contact(contact, self._vault))

    def seal_anew(self, limit: int) -> int:
        where = {"sealed_with": {"$ne": self._vault.sealed_with}}
        found = self._tx.find(CONTACTS, where, [("_id", 1)], limit)
        for document in found:
            self.save(documents.to_contact(document, self._vault))
        return len(found)


class NameRepository:
    """The names of cadres, as registered."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, cadre: str) -> str | None:
        document = self._tx.get(NAMES, cadre)
        return None if document is None else str(document["name"])

    def get_many(self, cadres: Iterable[str]) -> Mapping[str, str]:
        return {key: document["name"] for key, document in self._tx.get_many(NAMES, cadres).items()}

    def save(self, cadre: str, name: str) -> None:
        self._tx.replace(NAMES, {"_id": cadre, "name": name})


class ToldRepository:
    """Who has a notice of the assignment of a finding."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, finding: str) -> frozenset[str]:
        document = self._tx.get(TOLD, finding)
        return frozenset() if document is None else frozenset(document["recipients"])

    def get_many(self, findings: Iterable[str]) -> Mapping[str, frozenset[str]]:
        found = self._tx.get_many(TOLD, findings)
        return {key: frozenset(document["recipients"]) for key, document in found.items()}

    def add(self, finding: str, area: str, recipients: Iterable[str], at: datetime) -> None:
        known = self._tx.get(TOLD, finding) or {"recipients": [], "at": at}
        everyone = sorted({*known["recipients"], *recipients})
        document = {"_id": finding, "area": area, "recipients": everyone, "at": known["at"]}
        self._tx.replace(TOLD, document)
