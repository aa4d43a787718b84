"""What the domain refuses, and why; the texts are written for the caller. One table turns them into answers."""

from collections.abc import Collection, Mapping
from typing import Any

Faults = Mapping[str, list[str]]


class FindingsError(Exception):
    """A request that is refused."""


class InvalidError(FindingsError):
    """Values that cannot be right, by field path."""

    def __init__(self, errors: Faults) -> None:
        super().__init__("the request holds values that cannot be right")
        self.errors = dict(errors)


class ForbiddenError(FindingsError):
    """The finding lies outside of the caller's area, or belongs to another team."""


class SamePersonError(FindingsError):
    """Who did one step may not judge it in the next."""


class UnknownFindingError(FindingsError):
    """No finding has this id."""

    def __init__(self) -> None:
        super().__init__("no finding has this id")


class UnknownAttachmentError(FindingsError):
    """No attachment has this id, or it is not the caller's to know of."""

    def __init__(self) -> None:
        super().__init__("no attachment has this id")


class SourceRefConflictError(FindingsError):
    """The team has used this source_ref for a finding with other content; None while that one is only tried."""

    def __init__(self, source_ref: str, finding: str | None) -> None:
        super().__init__(f"source_ref {source_ref} belongs to a finding with other content")
        self.extra = {} if finding is None else {"finding": finding}


class InvalidTransitionError(FindingsError):
    """The move is not open: names the status and the moves that are open to this caller."""

    def __init__(
        self, move: str, status: str, open_moves: Collection[str], reason: str | None = None
    ) -> None:
        open_to_you = ", ".join(open_moves) or "none"
        why = reason or f"{move} is not a move of a finding that is {status}"
        super().__init__(f"{why}; status: {status}; moves open to you: {open_to_you}")
        self.reason = reason
        self.extra: dict[str, Any] = {"current_status": status, "allowed_moves": list(open_moves)}


class UnknownSelfCheckError(FindingsError):
    """No self-check has this id."""

    def __init__(self) -> None:
        super().__init__("no self-check has this id")


class SelfCheckAnsweredError(FindingsError):
    """The self-check has its answer."""

    def __init__(self) -> None:
        super().__init__("the self-check has been answered; further findings are posted by themselves")


class UnknownVisitError(FindingsError):
    """No visit has this id, or it lies outside of the caller's area."""

    def __init__(self) -> None:
        super().__init__("no visit has this id")


class VisitRecordedError(FindingsError):
    """The visit has its result."""

    def __init__(self) -> None:
        super().__init__("the visit has its result already; register another visit for a further one")


class CampaignExistsError(FindingsError):
    """Another campaign has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} is the code of a campaign already; choose another, or use that one")
