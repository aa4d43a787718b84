"""Informants and the requests to see them as stored documents, and back."""

from services.accountability.adapters.documents.stamps import stamp, stamped
from services.accountability.domain.informant import Informant, InformantRequest
from shared.persistence.transaction import Document

_TOLD = ("case", "reason", "asked_by", "status", "decided_by", "note", "until")


def of_informant(informant: Informant) -> Document:
    return {**stamp(informant), "sealed": informant.sealed, "entered_by": informant.entered_by}


def to_informant(row: Document) -> Informant:
    return Informant(**stamped(row), sealed=row["sealed"], entered_by=row["entered_by"])


def of_informant_request(request: InformantRequest) -> Document:
    return {**stamp(request), **{name: getattr(request, name) for name in _TOLD}}


def to_informant_request(row: Document) -> InformantRequest:
    return InformantRequest(**stamped(row), **{name: row[name] for name in _TOLD})
