"""Cadres and duties as stored documents, and back."""

from services.accountability.adapters.documents.stamps import day, iso, stamp, stamped
from services.accountability.domain.names import masked
from services.accountability.domain.registers import Cadre, CadreCard, Duty, DutyTerms, Person
from shared.persistence.transaction import Document


def of_cadre(cadre: Cadre) -> Document:
    card = cadre.card
    return {
        **stamp(cadre),
        "name": card.name,
        "position": card.position,
        "unit": card.unit,
        "area": card.area,
        "identity": list(card.identity),
        "active": card.active,
    }


def to_cadre(row: Document) -> Cadre:
    card = CadreCard(
        row["name"], row["position"], row["unit"], row["area"], tuple(row["identity"]), row["active"]
    )
    return Cadre(**stamped(row), card=card)


def to_person(row: Document) -> Person:
    return Person(row["_id"], masked(row["name"]), row["area"], tuple(row["identity"]), row["active"])


def of_duty(duty: Duty) -> Document:
    terms = duty.terms
    return {
        **stamp(duty),
        "cadre": terms.cadre,
        "area": terms.area,
        "role": terms.role,
        "place_kinds": list(terms.place_kinds),
        "categories": list(terms.categories),
        "from": iso(terms.from_day),
        "to": iso(terms.to_day),
    }


def to_terms(row: Document) -> DutyTerms:
    return DutyTerms(
        cadre=row["cadre"],
        area=row["area"],
        role=row["role"],
        place_kinds=tuple(row["place_kinds"]),
        categories=tuple(row["categories"]),
        from_day=day(row["from"]),
        to_day=day(row["to"]),
    )


def to_duty(row: Document) -> Duty:
    return Duty(**stamped(row), terms=to_terms(row))
