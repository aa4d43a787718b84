"""What happened to a finding, for those within the service; outgoing.py says which of it the world is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from services.findings.domain.levels import Alarm
from services.findings.domain.moves import Move, Status
from services.findings.domain.parts import Stamp


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One move, `made` by whom and when, from which status (None at posting) to which; `details` as given.

    What `changes` the finding is a version of it and stands in its history.
    """

    changes: ClassVar[bool] = True

    move: Move | Alarm
    made: Stamp
    before: Status | None
    after: Status
    note: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Posted(FindingEvent): ...


class Accepted(FindingEvent): ...


class Reported(FindingEvent): ...


class Returned(FindingEvent): ...


class Closed(FindingEvent): ...


class Disputed(FindingEvent): ...


class DisputeDecided(FindingEvent): ...


class Blocked(FindingEvent): ...


class BlockGranted(FindingEvent): ...


class Resumed(FindingEvent): ...


class Withdrawn(FindingEvent): ...


class Amended(FindingEvent): ...


class MergedInto(FindingEvent): ...


class Unmerged(FindingEvent): ...


class Absorbed(FindingEvent): ...


class Released(FindingEvent): ...


class Planned(FindingEvent): ...


class Progressed(FindingEvent): ...


class ExtensionAsked(FindingEvent): ...


class ExtensionGranted(FindingEvent): ...


class ExtensionRefused(FindingEvent): ...


class Transferred(FindingEvent): ...


class Supervised(FindingEvent): ...


class EvidenceAdded(FindingEvent): ...


class ReferralAsked(FindingEvent): ...


class ReferralGranted(FindingEvent): ...


class ReferralRefused(FindingEvent): ...


class Revisited(FindingEvent): ...


class HandedOver(FindingEvent): ...


class Recomputed(FindingEvent): ...


class Overdue(FindingEvent): ...


class ClockDue(FindingEvent):
    """People are told that a clock has run out; the finding itself stays as it is."""

    changes: ClassVar[bool] = False
