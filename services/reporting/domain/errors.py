"""What the service refuses, and why; the texts are written for the caller. One table turns them into answers."""

from collections.abc import Iterable, Mapping
from typing import Any


class ReportingError(Exception):
    """A request that is refused."""


class InvalidError(ReportingError):
    """Values that cannot be right, by field path."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("the request holds values that cannot be right")
        self.errors = dict(errors)


class ForbiddenError(ReportingError):
    """It lies outside of the caller's area, or is not for this role."""


class UnknownFindingError(ReportingError):
    """No finding has this id."""

    def __init__(self) -> None:
        super().__init__("no finding has this id")


class UnknownBulletinError(ReportingError):
    """No bulletin has this id."""

    def __init__(self) -> None:
        super().__init__("no bulletin has this id")


class UnknownFigureError(ReportingError):
    """The bulletin has no such figure."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__("the bulletin has no such figure")
        self.extra: dict[str, Any] = {"figures": sorted(known)}


class NotDraftError(ReportingError):
    """Only a draft may be changed."""

    def __init__(self, status: str) -> None:
        super().__init__(f"only a draft can be changed; status: {status}")
        self.extra: dict[str, Any] = {"current_status": status}


class WrongStatusError(ReportingError):
    """The move is not open to a bulletin in this status."""

    def __init__(self, move: str, status: str) -> None:
        super().__init__(f"a bulletin in status {status} cannot go through: {move}")
        self.extra: dict[str, Any] = {"current_status": status}


class SamePersonError(ReportingError):
    """Its author decided about the bulletin."""

    def __init__(self) -> None:
        super().__init__("another person than its author decides about a bulletin")


class OutdatedError(ReportingError):
    """Something that it shows may not be told any more."""

    def __init__(self, changes: Iterable[tuple[str, str | None, str]]) -> None:
        super().__init__(
            "what the bulletin tells has changed since it was drafted: return it (approver), then refresh the draft or "
            "exclude what changed, and have it approved again"
        )
        told = ({"id": key, "number": number, "what": what} for key, number, what in changes)
        self.extra: dict[str, Any] = {"changes": list(told)}


class AlreadyCorrectedError(ReportingError):
    """Another bulletin corrects it already."""

    def __init__(self, by: str) -> None:
        super().__init__("another bulletin corrects this one already: correct that one")
        self.extra: dict[str, Any] = {"corrected_by": by}


class BusySeriesError(ReportingError):
    """Others kept taking the number that the bulletin was set with."""

    def __init__(self) -> None:
        super().__init__(
            "other bulletins are being published at this moment; nothing was published: ask again"
        )


class BrokenSnapshotError(ReportingError):
    """What is kept of a published bulletin is not what was published."""

    def __init__(self, faults: Iterable[str]) -> None:
        found = ", ".join(faults)
        super().__init__(f"the bulletin is not as it was published ({found}); restore it from a backup")


class RenderingError(ReportingError):
    """The document could not be set in type, though it was tried again; the reason is in the log."""

    def __init__(self) -> None:
        super().__init__(
            "the file could not be made now; nothing of the bulletin is lost: ask again, or read it as .html or .md"
        )
