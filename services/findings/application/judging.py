"""Whether postings may be taken in: each by itself, and against the others of the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.findings.application import scope
from services.findings.application.campaigns import unknown_campaign
from services.findings.application.commands import PostFinding
from services.findings.application.evidence import faults_of, taken_elsewhere
from services.findings.application.ports import SourceRef, Work
from services.findings.application.postings import source_ref
from services.findings.domain.attachment import Attachment
from services.findings.domain.campaign import Campaign
from services.findings.domain.errors import FindingsError, InvalidError
from services.findings.domain.finding import Finding


def judged(
    work: Work, commands: Sequence[PostFinding], now: datetime, claimed: dict[str, object]
) -> tuple[Mapping[str, Attachment], dict[SourceRef, Finding], list[FindingsError | None]]:
    """The evidence that postings name, the findings whose source_ref they repeat, and why each is refused."""
    evidence = work.attachments.get_many([one for command in commands for one in command.attachments])
    campaigns = work.campaigns.by_codes({code for one in commands if (code := one.facts.campaign)})
    refusals = [_refusal(command, evidence, campaigns, now) for command in commands]
    good = [command for command, refusal in zip(commands, refusals, strict=True) if refusal is None]
    known = work.findings.by_source_ref([ref for one in good if (ref := source_ref(one)) is not None])
    claims = _Claimed(evidence, known, claimed)
    final = [refusal or claims.refusal(command) for command, refusal in zip(commands, refusals, strict=True)]
    return evidence, known, final


class _Claimed:
    """Which finding of a batch each upload goes to: the first that names it, and repeats of that one."""

    def __init__(
        self,
        evidence: Mapping[str, Attachment],
        known: Mapping[SourceRef, Finding],
        claimed: dict[str, object],
    ) -> None:
        self._evidence = evidence
        self._known = known
        self._claimed = claimed

    def refusal(self, command: PostFinding) -> FindingsError | None:
        """Why the posting cannot have the evidence it names, None when it can."""
        ref = source_ref(command)
        first = self._known.get(ref) if ref else None
        faults = taken_elsewhere(command.attachments, self._evidence, first.id if first else None)
        owner: object = ref or object()
        for at, one in enumerate(command.attachments):
            if self._claimed.setdefault(one, owner) != owner:
                faults[f"attachments.{at}"] = ["stands in another line too; an upload belongs to one finding"]
        return InvalidError(faults) if faults else None


def _refusal(
    command: PostFinding,
    evidence: Mapping[str, Attachment],
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> FindingsError | None:
    try:
        past = command.past.faults(now) if command.past else {}
        faults = faults_of(command.attachments, command.by, evidence) | command.facts.faults(now) | past
        if faults := faults | unknown_campaign(command.facts.campaign, campaigns):
            raise InvalidError(faults)
        historical = command.past is not None
        scope.require_post(command.by, command.facts, own_check=command.own_check, historical=historical)
    except FindingsError as refusal:
        return refusal
    return None
