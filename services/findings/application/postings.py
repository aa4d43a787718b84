"""When two postings are the same: by their team's source_ref, and by their content."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from services.findings.application.commands import PostFinding
from services.findings.application.evidence import content_hashes
from services.findings.application.ports import SourceRef
from services.findings.domain.attachment import Attachment
from services.findings.domain.facts import Place


def source_ref(command: PostFinding) -> SourceRef | None:
    """What its team knows it by, if by anything."""
    ref = command.facts.source_ref
    return (command.facts.team, ref) if ref is not None else None


def content_hash_of(command: PostFinding, evidence: Mapping[str, Attachment]) -> str:
    """Tells the same content from other content, whatever was left to its default; of evidence the bytes count."""
    told = command.facts.content()
    if hashes := content_hashes(command.attachments, evidence):
        told["attachments"] = list(hashes)
    if command.past is not None:
        told["ledger"] = command.past.content()
    content = json.dumps(told, sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Place):
        return {"name": value.name, "kind": value.kind}
    assert isinstance(value, date), "all else in Facts is JSON by itself"
    return value.isoformat()
