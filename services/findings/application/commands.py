"""What the service is asked to do. Fields of a move are those of its request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, Self

from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import any_version
from services.findings.domain.ledger import Past
from services.findings.domain.moves import Status
from services.findings.domain.parts import Responsible
from shared.contracts.claims import Claims

_PAST = frozenset(field.name for field in fields(Past))


@dataclass(frozen=True, slots=True)
class PostFinding:
    """`attachments` are ids of evidence that was uploaded before; `recurrence_of` the finding that has come back.
    `own_check`: a unit found it in a self-check. `past`: the office takes it over from an old ledger.
    """

    facts: Facts
    attachments: tuple[str, ...]
    by: Claims
    recurrence_of: str | None = None
    own_check: bool = False
    past: Past | None = None

    @classmethod
    def from_request(
        cls,
        body: Mapping[str, Any],
        by: Claims,
        township_of: Callable[[str], str],
        *,
        own_check: bool = False,
    ) -> Self:
        """From a validated request; what was left out or null takes its default."""
        given = {name: value for name, value in body.items() if value is not None}
        attachments = tuple(given.pop("attachments", ()))
        given["place"] = Place(**given["place"])
        given["units"] = tuple(given.get("units") or [township_of(given["area"])])
        given["responsible"] = tuple(dict.fromkeys(given.get("responsible", ())))
        past = {name: given.pop(name) for name in _PAST & given.keys()}
        if "status" in past:
            past["status"] = Status(past["status"])
        return cls(Facts(**given), attachments, by, own_check=own_check, past=Past(**past) if past else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFinding:
    """A move on a finding. `require_version` refuses when the caller has seen another version than this one."""

    finding: str
    by: Claims
    require_version: Callable[[int], None] = any_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(MoveFinding):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(MoveFinding):
    measures: str
    person: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(MoveFinding):
    done: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(MoveFinding):
    measures: str
    completed_on: date
    attachments: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify(MoveFinding):
    result: Literal["pass", "fail"]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(MoveFinding):
    grounds: str
    attachments: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(MoveFinding):
    result: Literal["upheld", "withdrawn"]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(MoveFinding):
    reason: str
    needs: str
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideBlock(MoveFinding):
    result: Literal["granted", "refused"]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(MoveFinding):
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(MoveFinding):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(MoveFinding):
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerge(MoveFinding):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(MoveFinding):
    description: str | None = None
    suggestion: str | None = None
    place: Mapping[str, str] | None = None

    @property
    def new_place(self) -> Place | None:
        return Place(**self.place) if self.place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(MoveFinding):
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideExtension(MoveFinding):
    result: Literal["granted", "refused"]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(MoveFinding):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReferral(MoveFinding):
    result: Literal["granted", "refused"]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervise(MoveFinding):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(MoveFinding):
    """`unit` is the one that has to mend it from now on."""

    area: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(MoveFinding):
    ids: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit(MoveFinding):
    result: Literal["pass", "fail"]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Pass the open findings of team `code` on to team `to`."""

    code: str
    to: str
    reason: str
    by: Claims


@dataclass(frozen=True, slots=True)
class AssignFinding:
    """Accountability has found out who answers for a finding."""

    finding: str
    responsible: tuple[Responsible, ...]

    @classmethod
    def from_event(cls, data: Mapping[str, Any]) -> Self:
        chain = tuple(Responsible(one["cadre"], one["role"]) for one in data["responsible"])
        return cls(data["finding"], chain)


FINISHED_CASES = frozenset({"closed", "dismissed"})


@dataclass(frozen=True, slots=True)
class FollowCase:
    """A case has moved: these findings are in it; none are in a finished one."""

    case: str
    findings: frozenset[str] = frozenset()
    restricted: bool = False

    @classmethod
    def from_event(cls, data: Mapping[str, Any]) -> Self:
        finished = data["status"] in FINISHED_CASES
        return cls(data["case"], frozenset(() if finished else data["findings"]), data["restricted"])

    def touched(self, before: Self) -> frozenset[str]:
        """The findings for which it is another case than `before`."""
        if self.restricted != before.restricted:
            return before.findings | self.findings
        return before.findings ^ self.findings
