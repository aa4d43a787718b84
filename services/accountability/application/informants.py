"""Who gave the lead: entered sealed, asked for with a reason, granted by another person, read for a limited time.

Nothing of it is told in events, lists or counts; each reading is in the audit trail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.accountability.application.answers import Answer
from services.accountability.application.case_handling import may_see
from services.accountability.application.commands import Seen
from services.accountability.application.ports import Work
from services.accountability.domain.case import Actor, Case
from services.accountability.domain.errors import NotGrantedError, RecusedError, UnknownError
from services.accountability.domain.informant import RESULTS, Informant, InformantRequest
from shared.contracts.claims import Claims

REQUEST_RESULTS = RESULTS


class Vault(Protocol):
    """Seals what only a granted request opens.

    Raises:
        NoKeyError: the county has set no key.
    """

    def seal(self, text: str) -> str: ...

    def open(self, sealed: str) -> str: ...


@dataclass(frozen=True, slots=True)
class EnterInformant:
    case: str
    identity: str
    by: Claims
    seen: Seen


@dataclass(frozen=True, slots=True)
class AskForInformant:
    case: str
    reason: str
    by: Claims


@dataclass(frozen=True, slots=True)
class DecideRequest:
    request: str
    result: str
    note: str | None
    by: Claims
    seen: Seen


class Informants:
    """`readable` is for how long a granted request opens."""

    def __init__(
        self, vault: Vault, readable: timedelta, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._vault = vault
        self._readable = readable
        self._now = now
        self._new_id = new_id

    def enter(self, work: Work, command: EnterInformant) -> Case:
        """Keep who it was, in the place of whom was kept before."""
        case, at = _case(work, command.case, command.by), self._now()
        command.seen(case.version)
        case.note_informant(Actor(command.by.sub, command.by.role), at)
        known = work.informants.get(case.id)
        informant = known or Informant(
            id=case.id, created_at=at, updated_at=at, sealed="", entered_by=command.by.sub
        )
        informant.sealed, informant.entered_by = self._vault.seal(command.identity), command.by.sub
        informant.changed(at)
        work.informants.save(informant)
        work.cases.save(case)
        return case

    def ask(self, work: Work, command: AskForInformant) -> InformantRequest:
        """A reasoned request.

        Raises:
            UnknownError: there is no such case for the caller, or nobody is kept for it.
        """
        case, at = _case(work, command.case, command.by), self._now()
        if not case.has_informant:
            raise UnknownError("informant")
        request = InformantRequest(
            id=self._new_id(),
            created_at=at,
            updated_at=at,
            case=case.id,
            reason=command.reason,
            asked_by=command.by.sub,
        )
        request.changed(at)
        work.informant_requests.save(request)
        return request

    def decide(self, work: Work, command: DecideRequest) -> InformantRequest:
        """Grant or refuse somebody else's request."""
        request, at = work.informant_requests.get(command.request), self._now()
        if request is None:
            raise UnknownError("request")
        _case(work, request.case, command.by)
        command.seen(request.version)
        request.decide(command.result, command.note, command.by.sub, at + self._readable, at)
        work.informant_requests.save(request)
        return request

    def read(self, work: Work, case_id: str, by: Claims) -> Answer:
        """Who it was, for whom it was granted and as long as it is.

        Raises:
            NotGrantedError: nothing is granted to the caller, or not any more.
        """
        case, at = _case(work, case_id, by), self._now()
        informant = work.informants.get(case.id)
        if informant is None:
            raise UnknownError("informant")
        granted = [one for one in work.informant_requests.of_case(case.id) if one.opens_for(by.sub, at)]
        if not granted:
            raise NotGrantedError
        latest = max(granted, key=lambda one: one.until or at)
        return {
            "case": case.id,
            "identity": self._vault.open(informant.sealed),
            "request": latest.id,
            "until": latest.until,
        }


def of_request(request: InformantRequest) -> Answer:
    return {
        "id": request.id,
        "version": request.version,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "case": request.case,
        "reason": request.reason,
        "asked_by": request.asked_by,
        "status": request.status,
        "decided_by": request.decided_by,
        "note": request.note,
        "until": request.until,
    }


def _case(work: Work, case_id: str, by: Claims) -> Case:
    case = work.cases.get(case_id)
    if case is None or not may_see(case, by):
        raise UnknownError("case")
    if by.sub in case.recused:
        raise RecusedError
    return case
