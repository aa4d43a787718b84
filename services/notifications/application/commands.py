"""What the service is asked to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from services.notifications.domain.case_access import CaseAccess
from services.notifications.domain.contact import Channel
from services.notifications.domain.quiet import QuietHours
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event


def any_version(_version: int) -> None:
    """The caller did not say which version it has seen."""


RequireVersion = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RegisterCadre:
    """Accountability has registered a cadre, or changed what is known of one."""

    cadre: str
    name: str
    area: str
    active: bool

    @classmethod
    def from_event(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["cadre"], data["name"], data["area"], data["active"])


@dataclass(frozen=True, slots=True)
class FollowCase:
    """Accountability tells of a case; here it counts who may know of it."""

    access: CaseAccess

    @classmethod
    def from_event(cls, event: Event) -> Self:
        data = event.data
        handlers = tuple(data.get("handlers", ())) if data["restricted"] else None
        return cls(CaseAccess(data["case"], handlers, event.time))


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """Its recipient has read or signs a notice."""

    notice: str
    by: Claims
    require_version: RequireVersion = field(default=any_version)


@dataclass(frozen=True, slots=True)
class GivenChannel:
    """One way to somebody, as the office enters it. `verified` by the office itself; None: as it was, and an address
    that is new is verified by a code."""

    kind: str
    address: str | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class SetContact:
    """The office enters a contact, whole."""

    cadre: str
    channels: tuple[GivenChannel | Channel, ...]
    quiet_hours: QuietHours | None
    digest: bool | None
    by: Claims
    require_version: RequireVersion = field(default=any_version)

    @classmethod
    def from_request(
        cls, cadre: str, body: Mapping[str, Any], by: Claims, require_version: RequireVersion
    ) -> Self:
        quiet = body["quiet_hours"]
        return cls(
            cadre,
            tuple(GivenChannel(one["kind"], one["address"], one["verified"]) for one in body["channels"]),
            QuietHours(quiet["from"], quiet["to"]) if quiet else None,
            body["digest"],
            by,
            require_version,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """The addresses of one kind that a file holds for one recipient, with the lines they stand on."""

    cadre: str
    kind: str
    addresses: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImportContacts:
    """A part of a file of contacts."""

    entries: Sequence[Entry]
    by: Claims
