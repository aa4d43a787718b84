"""A case 问责事项 and its handling: verified, proposed by one person, approved by another, carried out, closed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.accountability.domain.calendar import day_of
from services.accountability.domain.case_access import GuardedCase
from services.accountability.domain.case_ground import (
    APPROVED,
    CLOSED,
    DISMISSED,
    PROPOSED,
    SERVING,
    STATUSES,
    VERIFYING,
    Suggested,
)
from services.accountability.domain.case_moves import Actor, CaseDocument
from services.accountability.domain.disposition import Conduct, Disposition
from services.accountability.domain.errors import (
    ChainIncompleteError,
    DefenceMissingError,
    InvalidError,
    InvalidTransitionError,
    SamePersonError,
    UnfinishedError,
)
from services.accountability.domain.events import CaseAdvanced, CaseClosed, CaseDismissed
from services.accountability.domain.measure import Measure, unfinished_parts
from services.accountability.domain.measure_parts import Grounds

__all__ = ["STATUSES", "Actor", "Case", "CaseDocument", "Suggested"]


@dataclass(slots=True, kw_only=True)
class Case(GuardedCase):
    """`served_at` is when the first of its decisions reached the person, by a service or an announced talk: from then
    on others may know of the case."""

    title: str | None = None
    facts: str | None = None
    conduct: Conduct | None = None
    investigators: tuple[str, ...] = ()
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    returned_reason: str | None = None
    served_at: datetime | None = None
    closed_at: datetime | None = None
    dismissed_reason: str | None = None
    merged_into: str | None = None

    @property
    def grounds(self) -> Grounds:
        """What its measures take over."""
        return Grounds(
            self.id, tuple(self.findings), tuple(self.areas), self.restricted, tuple(self.handlers)
        )

    @property
    def authors(self) -> set[str]:
        """Who proposed it or wrote what is to be decided: somebody else decides on it."""
        wrote = {one.written_by for one in self.unsettled}
        return wrote if self.proposed_by is None else wrote | {self.proposed_by}

    def verify(
        self,
        facts: str,
        title: str | None,
        conduct: Conduct | None,
        by: Actor,
        at: datetime,
        investigators: Sequence[str] = (),
    ) -> None:
        """受理: the facts are being established, by these investigators as far as they are named."""
        self._begin("verify", by)
        self.status, self.facts, self.title, self.conduct = VERIFYING, facts, title, conduct
        self.investigators = tuple(investigators)
        self._tell("verified", by, at)

    def write(self, disposition: Disposition, by: Actor, at: datetime) -> None:
        """What is to become of one person; while verifying it may be written anew, until it is approved."""
        self._begin("dispositions", by)
        known = self.dispositions.get(disposition.cadre)
        if known is not None and known.approved_at is not None:
            raise InvalidTransitionError("another decision", "case", self.status, self.moves_of(by.role))
        disposition = disposition.after(known)
        # Replaced whole: the transaction compares with what was read.
        self.dispositions = {**self.dispositions, disposition.cadre: disposition}
        self._tell(
            "disposition_written",
            by,
            at,
            details={"cadre": disposition.cadre, "outcome": disposition.outcome},
        )

    def supplement(self, reason: str, by: Actor, at: datetime) -> None:
        """补充核查: others came into the chain after the approval. What was approved stands and is carried out; for
        them the case is verified, proposed and approved once more."""
        self._begin("supplement", by)
        self.status, self.returned_reason = VERIFYING, None
        details = {"cadres": self.without_disposition}
        self._tell("supplemented", by, at, reason, details)

    def propose(self, by: Actor, at: datetime) -> None:
        """提请审批: everyone of the chain has a disposition."""
        self._begin("propose", by)
        self._require_whole_chain()
        self.status, self.proposed_by, self.proposed_at = PROPOSED, by.sub, at
        self._tell("proposed", by, at)

    def send_back(self, reason: str, by: Actor, at: datetime) -> None:
        """退回补正, by somebody else than the one who proposed."""
        self._begin("return", by)
        self._require_another(by)
        self.status, self.returned_reason = VERIFYING, reason
        self._tell("returned", by, at, reason)

    def approve(self, by: Actor, at: datetime) -> None:
        """批准, by somebody else than those who proposed and wrote it, and only when everyone was heard."""
        self._begin("approve", by)
        self._require_another(by)
        self._require_whole_chain()
        unheard = [one.cadre for one in self.unsettled if not one.heard]
        if unheard:
            raise DefenceMissingError(unheard)
        new = {one.cadre: replace(one, approved_at=at) for one in self.unsettled}
        self.dispositions = {**self.dispositions, **new}
        self.status = APPROVED if self.served_at is None else SERVING
        self.approved_by, self.approved_at = by.sub, at
        self._tell("approved", by, at)

    def carry_out(self, move: str, measure: Measure, by: str, at: datetime) -> None:
        """A decision was served, or its talk scheduled or held: whichever comes first, the case is in execution."""
        if self.status == APPROVED:
            self.status = SERVING
        if self.served_at is None:
            self.served_at = at
        details = {"measure": measure.id, "cadre": measure.person.cadre}
        self.pending.append(CaseAdvanced(at, by, move=move, details=details))

    def note_measure(
        self, move: str, measure: Measure, by: str, at: datetime, note: str | None = None
    ) -> None:
        """Something happened to one of its measures that changes nothing about the case's own stage."""
        details = {"measure": measure.id, "cadre": measure.person.cadre}
        self.pending.append(CaseAdvanced(at, by, move=move, note=note, details=details))

    def report_elsewhere(self, cadre: str, result: str, on: date, by: Actor, at: datetime) -> None:
        """What became of a person who is handled elsewhere: asked after until then, also when the case is closed."""
        self._refuse_recused(by)
        known = self.dispositions.get(cadre)
        if known is None or known.elsewhere is None or known.approved_at is None:
            raise InvalidError(
                {"cadre": ["is not handled elsewhere by an approved disposition of this case"]}
            )
        if on > day_of(at):
            raise InvalidError({"reported_on": ["lies in the future"]})
        told = replace(known, elsewhere=replace(known.elsewhere, result=result, reported_on=on))
        self.dispositions = {**self.dispositions, cadre: told}
        self._tell("elsewhere_reported", by, at, details={"cadre": cadre})

    def close(self, measures: Sequence[Measure], by: Actor, at: datetime) -> None:
        """办结: whatever was decided is done. What is handled elsewhere, follow-ups and appeals do not hinder it."""
        self._begin("close", by)
        missing = [
            {"measure": one.id, "cadre": one.person.cadre, "kind": one.terms.kind, "missing": list(parts)}
            for one in measures
            if (parts := unfinished_parts(one))
        ]
        if missing or self.without_disposition:
            raise UnfinishedError(self.without_disposition, missing)
        self.status, self.closed_at = CLOSED, at
        self.pending.append(CaseClosed(at, by.sub, move="closed"))

    def dismiss(self, reason: str, by: Actor, at: datetime) -> None:
        """予以了结."""
        self._begin("dismiss", by)
        self.status, self.dismissed_reason = DISMISSED, reason
        self.pending.append(CaseDismissed(at, by.sub, move="dismissed", note=reason))

    def merge_into(self, other: "Case", reason: str, by: Actor, at: datetime) -> None:
        """并案: the other case goes on with what this one stands on."""
        self._begin("merge", by)
        other._begin("merge", by)
        other.take_over(self)
        self.status, self.merged_into, self.dismissed_reason = DISMISSED, other.id, reason
        self.pending.append(CaseDismissed(at, by.sub, move="merged", note=reason, details={"into": other.id}))
        details = {"from": self.id, "findings": list(self.findings)}
        other._tell("merged", by, at, reason, details)

    def take_over(self, other: "Case") -> None:
        """What another case stands on, without saying anything twice."""
        new = [position for position, one in enumerate(other.findings) if one not in self.findings]
        self.findings = [*self.findings, *(other.findings[position] for position in new)]
        self.numbers = [*self.numbers, *(other.numbers[position] for position in new)]
        self.areas = list(dict.fromkeys([*self.areas, *other.areas]))
        self.categories = list(dict.fromkeys([*self.categories, *other.categories]))
        known = {one.key for one in self.because}
        self.because = [*self.because, *(one for one in other.because if one.key not in known)]
        self.suggest(other.suggested)
        self.tallies = list(dict.fromkeys([*self.tallies, *other.tallies]))
        self._absorb(other.persons.values())
        self.dispositions = {**other.dispositions, **self.dispositions}
        self.documents = [*self.documents, *other.documents]
        self.recused = {**other.recused, **self.recused}

    def _require_another(self, by: Actor) -> None:
        if by.sub in self.authors:
            raise SamePersonError("somebody else than those who wrote and proposed it decides on it")

    def _require_whole_chain(self) -> None:
        if self.without_disposition:
            raise ChainIncompleteError(self.without_disposition)
