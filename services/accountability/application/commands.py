"""What the service can be asked to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.accountability.domain.calendar import day_of
from services.accountability.domain.finding import Finding
from services.accountability.domain.registers import CadreCard, DutyTerms
from services.accountability.domain.rules import Revisit
from shared.contracts.claims import Claims

Seen = Callable[[int], None]
"""Refuses when the caller has seen another version of the document than this one."""

_SUMMARY = (
    "finding", "number", "team", "found_at", "posted_at", "area", "area_name", "place", "category", "severity",
    "description", "suggestion", "immediate", "deadline", "due_at", "dispute_until", "count", "units", "historical",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PutCadre:
    """The office enters a cadre."""

    id: str
    card: CadreCard
    by: Claims
    seen: Seen

    @classmethod
    def from_body(cls, cadre_id: str, body: dict[str, Any], by: Claims, seen: Seen) -> "PutCadre":
        """The validated body of a request."""
        return cls(cadre_id, CadreCard(**body), by, seen)


@dataclass(frozen=True, slots=True)
class PutDuty:
    """The office enters a duty."""

    id: str
    terms: DutyTerms
    by: Claims
    seen: Seen

    @classmethod
    def from_body(cls, duty_id: str, body: dict[str, Any], by: Claims, seen: Seen) -> "PutDuty":
        """The validated body of a request."""
        return cls(duty_id, DutyTerms(**body), by, seen)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The commission opens a case on findings of its own choice."""

    findings: tuple[str, ...]
    reason: str
    by: Claims


@dataclass(frozen=True, slots=True)
class Referral:
    """People have decided that a finding be looked into."""

    reason: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class TakeFinding:
    """The newest state of a finding has arrived, with the newest referral and revisit that it tells of."""

    finding: Finding
    referral: Referral | None = None
    revisit: Revisit | None = None
    revisited_at: datetime | None = None

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "TakeFinding":
        """Read the data of a `finding.*` event, which its contract has vouched for."""
        return cls(
            Finding(
                id=data["finding"],
                number=data["number"],
                area=data["area"],
                place_kind=data["place"]["kind"],
                category=data["category"],
                severity=data["severity"],
                group=data.get("group"),
                day=day_of(datetime.fromisoformat(data["found_at"])),
                named=tuple(data["named_responsible"]),
                status=data["status"],
                historical=bool(data.get("historical")),
                summary={name: data[name] for name in _SUMMARY if name in data},
                level=data.get("level", 0),
            ),
            _referral(data.get("referral")),
            *_revisit(data.get("revisit")),
        )


def _referral(told: dict[str, Any] | None) -> Referral | None:
    return None if told is None else Referral(told["reason"], _moment(told["granted_at"]))


def _revisit(told: dict[str, Any] | None) -> tuple[Revisit | None, datetime | None]:
    if told is None:
        return None, None
    at = _moment(told["at"])
    return Revisit(told["result"], day_of(at), told.get("recurrence")), at


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class NoteReceipt:
    """A notice was signed, or refused before witnesses."""

    warning: str
    received_at: datetime

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "NoteReceipt | None":
        """Read the data of a `notice.*` event; none when the notice is not about a warning."""
        warning = data.get("warning")
        if warning is None:
            return None
        received = data.get("signed_at") or data.get("refused_at") or data["change"]["at"]
        return cls(warning, datetime.fromisoformat(received).astimezone(UTC))
