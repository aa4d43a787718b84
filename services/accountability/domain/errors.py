"""What the domain refuses, and why; the texts are written for the caller. One table turns them into answers."""

from collections.abc import Collection, Mapping


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
