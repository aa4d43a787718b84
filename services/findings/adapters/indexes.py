"""The indexes of this service's collections. Each makes every write of what it holds dearer: what it serves is said."""

from datetime import UTC, datetime

from services.findings.adapters.campaigns import CAMPAIGN_INDEXES
from services.findings.adapters.collections import FINDINGS, HISTORY, POSTINGS, RESPONSIBLE
from services.findings.adapters.self_checks import SELF_CHECK_INDEXES
from services.findings.adapters.visits import VISIT_INDEXES
from shared.persistence.derived import Derivation
from shared.persistence.due import wake_index
from shared.persistence.indexes import Index
from shared.persistence.postings import Searched, Texts, postings_index
from shared.persistence.transaction import Document

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every moment there is: what a partial index of moments asks for, and so the questions it serves."""

INDEXES = (
    Index(
        FINDINGS, [("source_ref", 1), ("source_team", 1)], unique=True, partial={"source_ref": {"$gt": ""}}
    ),
    Index(FINDINGS, [("county", 1), ("year", 1), ("n", 1)], unique=True),
    Index(FINDINGS, [("number", 1)]),
    # Lists, newest first: `_id` is a UUIDv7. Each index makes every write dearer: a filter that leaves many (category,
    # severity, method) is served by `reach`, from the newest on. A text never changes but by an amendment.
    Index(FINDINGS, [("reach", 1), ("_id", -1)]),
    Index(FINDINGS, [("status", 1), ("_id", -1)]),
    Index(FINDINGS, [("team", 1), ("_id", -1)]),
    Index(FINDINGS, [("group", 1), ("_id", -1)], partial={"group": {"$gt": ""}}),
    Index(FINDINGS, [("campaign", 1), ("_id", -1)], partial={"campaign": {"$gt": ""}}),
    Index(FINDINGS, [("overdue_from", 1), ("_id", -1)]),
    Index(FINDINGS, [("found_at", 1), ("_id", -1)]),
    # Once posted, and seldom again: a deadline moves with an extension.
    Index(FINDINGS, [("created_at", 1), ("_id", -1)]),
    Index(FINDINGS, [("due_at", 1), ("_id", -1)]),
    Index(FINDINGS, [("closed_at", 1), ("_id", -1)], partial={"status": "closed"}),
    # What a report is compared with; each comes in once in the life of a finding.
    Index(FINDINGS, [("units", 1), ("_id", -1)], partial={"report.made.at": {"$gt": LONG_AGO}}),
    Index(FINDINGS, [("area", 1), ("closed_at", 1)], partial={"status": "closed"}),
    # What is provisional is so until the calendar of its year is announced: few, and seldom changed.
    Index(FINDINGS, [("clock.base_on", 1)], partial={"clock.provisional": True}),
    # What time will have to say next; nothing once it is closed. It changes with few moves (docs/decisions/0011).
    wake_index(FINDINGS),
    # What a new finding is compared with: area and category hardly ever change.
    Index(FINDINGS, [("blocking_key", 1), ("created_at", -1)]),
    # The lists of waiting work: on as its unit gets it, off or to the next desk as it is reported and closed.
    Index(FINDINGS, [("desks", 1), ("desk_at", 1), ("_id", 1)], partial={"desk_at": {"$gt": LONG_AGO}}),
    # What waits for a decision: few, and gone with it.
    Index(FINDINGS, [("asked", 1), ("_id", -1)], partial={"asked": {"$gt": ""}}),
    Index(FINDINGS, [("flagged", 1), ("_id", -1)], partial={"flagged": True}),
    # The ways to findings by what changes often: an index of their own would have each change kept up in all of them.
    postings_index(POSTINGS),
    Index(RESPONSIBLE, [("cadres", 1), ("_id", -1)]),
    Index(RESPONSIBLE, [("at", 1)]),
    Index(HISTORY, [("at", 1)]),
    *SELF_CHECK_INDEXES,
    *CAMPAIGN_INDEXES,
    *VISIT_INDEXES,
)


def _texts(finding: Document) -> Texts:
    """What is searched of a finding."""
    return *(finding[name] for name in ("description", "suggestion", "number", "source_ref")), finding[
        "place"
    ]["name"]


DERIVATION = Derivation(
    counted={FINDINGS: ("area", "status", "historical")}, searched={FINDINGS: Searched(POSTINGS, _texts)}
)
