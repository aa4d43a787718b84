"""What the domain refuses, and why; the texts are written for the caller. One table turns them into answers."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any


class AccountabilityError(Exception):
    """A request that is refused."""


class InvalidError(AccountabilityError):
    """Values that cannot be right, by field path."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("the request holds values that cannot be right")
        self.errors = dict(errors)


class ForbiddenError(AccountabilityError):
    """The document lies outside of the caller's area."""


class UnknownError(AccountabilityError):
    """Nothing has this id, or nothing that the caller may know of."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no {what} has this id")


class FindingInCaseError(AccountabilityError):
    """Some of the findings are in an unfinished case; a finding is in one at most."""

    def __init__(self, findings: Collection[str]) -> None:
        super().__init__("some of the findings are in an unfinished case")
        self.extra = {"findings": sorted(findings)}


class WithdrawnFindingError(AccountabilityError):
    """A withdrawn finding grounds no case."""

    def __init__(self, findings: Collection[str]) -> None:
        super().__init__("some of the findings are withdrawn")
        self.extra = {"findings": sorted(findings)}


class SamePersonError(AccountabilityError):
    """Who did one step may not judge it in the next."""


class ObjectionLateError(AccountabilityError):
    """The period for it is over."""

    def __init__(self, until: date) -> None:
        super().__init__(
            f"the period for an objection ended on {until.isoformat()}; what came in time on paper is "
            "recorded by the commission with its date"
        )
        self.extra = {"until": until.isoformat()}


class InvalidTransitionError(AccountabilityError):
    """The move is not open: names the status and the moves that are open."""

    def __init__(self, move: str, what: str, status: str, open_moves: Collection[str]) -> None:
        moves = ", ".join(open_moves) or "none"
        super().__init__(f"{move} is not a move of a {what} that is {status}; open moves: {moves}")
        self.extra: dict[str, Any] = {"current_status": status, "allowed_moves": list(open_moves)}


class RecusedError(AccountabilityError):
    """The caller was recused from the case."""

    def __init__(self) -> None:
        super().__init__("you were recused from this case: somebody else must do this")


class FileKeptError(AccountabilityError):
    """A file of the document is kept already."""

    def __init__(self) -> None:
        super().__init__(
            "the document has its file, which is never changed: put another document to the case"
        )


class NotGrantedError(AccountabilityError):
    """Who the informant is opens only on a granted request, for a time."""

    def __init__(self) -> None:
        super().__init__(
            "ask with a reason (POST /cases/{id}/informant/requests); another person grants it for a time"
        )


class NoKeyError(AccountabilityError):
    """No key to seal with is set."""

    def __init__(self) -> None:
        super().__init__("informants cannot be kept: DUZE_ACCOUNTABILITY_INFORMANT_KEYS is not set")


class ChainIncompleteError(AccountabilityError):
    """Somebody in the chain of duty has no disposition."""

    def __init__(self, cadres: Collection[str]) -> None:
        named = ", ".join(cadres)
        super().__init__(f"write a disposition for everyone in the chain of duty; without one: {named}")
        self.extra: dict[str, Any] = {"cadres": list(cadres)}


class DefenceMissingError(AccountabilityError):
    """Somebody with measures was not heard, and has not waived it."""

    def __init__(self, cadres: Collection[str]) -> None:
        named = ", ".join(cadres)
        super().__init__(f"record the defence, or that it was expressly waived, of: {named}")
        self.extra: dict[str, Any] = {"cadres": list(cadres)}


class MeasureRefusedError(AccountabilityError):
    """The law plainly refuses some of the measures; each with its articles."""

    def __init__(self, refused: Collection[Mapping[str, Any]]) -> None:
        named = "; ".join(f"{one['kind']} for {one['cadre']}" for one in refused)
        super().__init__(f"the law refuses: {named}")
        self.extra = {"refused": list(refused)}


class UnfinishedError(AccountabilityError):
    """Something is still to be done before the case can be closed."""

    def __init__(self, cadres: Collection[str], measures: Collection[Mapping[str, Any]]) -> None:
        parts = [f"{', '.join(one['missing'])} of {one['kind']} for {one['cadre']}" for one in measures]
        parts += [f"a disposition for {cadre}" for cadre in cadres]
        super().__init__(f"still to be done: {'; '.join(parts)}")
        self.extra: dict[str, Any] = {"cadres": list(cadres), "measures": list(measures)}


class AppealLateError(AccountabilityError):
    """The period for an appeal is over."""

    def __init__(self, until: date) -> None:
        super().__init__(f"the period for an appeal ended with {until.isoformat()}")
        self.extra = {"until": until.isoformat()}


class AppealedAlreadyError(AccountabilityError):
    """A measure is appealed once."""

    def __init__(self, appeal: str) -> None:
        super().__init__("an appeal against this measure has been lodged already")
        self.extra = {"appeal": appeal}
