"""Whom to call about a notice: the telephones of the county's offices (deploy/county/contact_phone.yaml)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Phone:
    """The office that answers for an area from `valid_from` on."""

    area: str
    name: str
    telephone: str
    hours: str | None
    valid_from: date


def phone_of(phones: Sequence[Phone], area: str, day: date) -> Phone | None:
    """The one of the smallest area that contains `area`; of two of the same area the later one."""
    fitting = [phone for phone in phones if area.startswith(phone.area) and phone.valid_from <= day]
    return max(fitting, key=lambda phone: (len(phone.area), phone.valid_from), default=None)
