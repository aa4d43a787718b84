"""The whole line of one finding, hop by hop, as far as the caller may know of it."""

from collections.abc import Sequence
from dataclasses import asdict

from services.reporting.application import scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import LedgerStore
from services.reporting.domain.chain import Hop, hops, restricted_cases, tells_of_case
from services.reporting.domain.chain_words import Words
from services.reporting.domain.errors import ForbiddenError, UnknownFindingError
from services.reporting.domain.fact import findings_of
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from shared.contracts.vocabulary import Vocabulary


class Chains:
    """Made of the archive: everything that was ever told of a finding, too late to be applied or not."""

    def __init__(self, store: LedgerStore, vocabulary: Vocabulary, areas: Areas) -> None:
        self._store = store
        self._words = Words(vocabulary.label, areas.name)

    def get(self, finding: str, by: Claims) -> Answer:
        """What shows that a case exists only to those who may know of cases; a restricted one to the auditor."""
        fact = self._store.fact(finding)
        if fact is None or fact.state is None:
            raise UnknownFindingError
        if not scope.may_read(by, fact.state):
            raise ForbiddenError("the finding lies outside of your area")
        shown = _known_to(by, finding, self._store.told_of(finding))
        return {
            "finding": finding,
            "number": fact.state["number"],
            "status": fact.state["status"],
            "items": [_hop(one) for one in hops(shown, self._words)],
        }


def _known_to(by: Claims, finding: str, told: Sequence[Event]) -> list[Event]:
    of_it = [event for event in told if finding in findings_of(event.data)]
    if by.role not in scope.KNOWS_CASES:
        return [event for event in of_it if not tells_of_case(event)]
    hidden = frozenset() if by.role == scope.AUDITOR else restricted_cases(told)
    return [event for event in of_it if event.data.get("case") not in hidden]


def _hop(one: Hop) -> Answer:
    answer = asdict(one)
    return {
        **{name: answer[name] for name in ("step", "at", "what", "who", "summary", "event")},
        "service": one.source,
        "event_type": one.type,
        "refs": dict(one.refs),
    }
