"""Who is told what and when, and whom to call: the county's files as the domain's values.

A file that cannot be used, or that would tell somebody of a case too early, stops the start with its name and line.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.notifications.adapters.county_shapes import WORKING_DAYS, PhonesFile, PoliciesFile, RulesFile
from services.notifications.application.matters import SELECTABLE
from services.notifications.domain.calendar import Calendar
from services.notifications.domain.gathering import Timing
from services.notifications.domain.phones import Phone
from services.notifications.domain.policy import INBOX, Policy
from services.notifications.domain.quiet import QuietHours
from services.notifications.domain.reminders import ReceiptRules
from shared.contracts import registry, working_days
from shared.contracts.datafiles import load
from shared.contracts.errors import DataFileError

POLICIES_FILE = "policies.yaml"
PHONES_FILE = "contact_phone.yaml"
RULES_FILE = "rules.yaml"


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The policies, when the outside channels send, and the rows as they are shown (`GET /policies`)."""

    policies: Sequence[Policy]
    timing: Timing
    receipts: ReceiptRules
    shown: Sequence[dict[str, Any]]


def load_policies(folder: str | Path, templates: Collection[str]) -> PolicyTable:
    """policies.yaml, checked against the events and the `templates` there are.

    Raises:
        DataFileError: naming the file and what is wrong in it.
    """
    path = Path(folder) / POLICIES_FILE
    data = load(path, PoliciesFile())
    policies = [_policy(row) for row in data["policies"]]
    faults = [fault for policy in policies for fault in _faults(policy, templates)]
    ids = [policy.id for policy in policies]
    faults += [f"{one}: the id is used twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    if faults:
        raise DataFileError(f"{path}: {'; '.join(faults)}")
    outside, receipts = data["outside"], data["receipts"]
    days = load_calendar(folder) if outside["digest_on"] == WORKING_DAYS else Calendar()
    quiet = outside["quiet_hours"]
    timing = Timing(
        timedelta(minutes=outside["gather_minutes"]),
        outside["digest_at"],
        days,
        QuietHours(f"{quiet['from_']:%H:%M}", f"{quiet['to']:%H:%M}") if quiet else None,
        timedelta(hours=outside["repeat_hours"]),
    )
    return PolicyTable(
        policies,
        timing,
        ReceiptRules(
            load_calendar(folder),
            receipts["remind_after_working_days"],
            receipts["leader_after_working_days"],
            timedelta(days=receipts["link_days"]),
        ),
        [_shown(row, policy) for row, policy in zip(data["policies"], policies, strict=True)],
    )


def load_calendar(folder: str | Path) -> Calendar:
    """The working days of the county."""
    return Calendar(working_days.load_calendar(folder).is_working)


def load_phones(folder: str | Path) -> list[Phone]:
    """contact_phone.yaml."""
    names = ("area", "name", "telephone", "hours", "valid_from")
    rows = load(Path(folder) / PHONES_FILE, PhonesFile())["rows"]
    return [Phone(**{name: row[name] for name in names}) for row in rows]


def load_rule_titles(folder: str | Path) -> dict[tuple[str, int], str]:
    """What people call the rules of rules.yaml, by id and version: a warning says which one spoke."""
    rows = load(Path(folder) / RULES_FILE, RulesFile())["rules"]
    return {(row["id"], row["version"]): row["title"] for row in rows}


def _policy(row: Mapping[str, Any]) -> Policy:
    return Policy(
        id=row["id"],
        event=row["event"],
        recipients=tuple(row["recipients"]),
        channels=tuple(row["channels"]),
        template=row["template"],
        urgent=row["urgent"],
        valid_from=row["valid_from"],
        when={trait: frozenset(values) for trait, values in row["when"].items()},
    )


def _faults(policy: Policy, templates: Collection[str]) -> list[str]:
    faults = []
    if policy.tells_of_a_case:
        faults.append(f"{policy.id}: would tell of a case before a decision is served or a talk is scheduled")
    elif policy.tells_too_many_of_a_case:
        faults.append(f"{policy.id}: a clock of a case is told to the office alone")
    elif policy.event not in registry.TYPES:
        # Otherwise a slip of the pen would tell nobody, and nobody would notice.
        faults.append(f"{policy.id}: {policy.event} is no event type")
    if policy.channels[:1] != (INBOX,):
        faults.append(f"{policy.id}: the first channel is the inbox")
    selectable = SELECTABLE.get(policy.event)
    # Rows for events that this release does not read yet are kept for the one that does.
    if selectable is not None:
        faults += [
            f"{policy.id}: {one} means nothing here" for one in policy.recipients if one not in selectable
        ]
        if policy.template not in templates:
            faults.append(f"{policy.id}: there is no template {policy.template}")
    return faults


def _shown(row: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    urgent = policy.urgent
    return {
        "id": policy.id,
        "event": policy.event,
        "when": {trait: list(values) for trait, values in row["when"].items()},
        "recipients": list(policy.recipients),
        "channels": list(policy.channels),
        "template": policy.template,
        "urgent": {
            "always": urgent.always,
            "immediate": urgent.immediate,
            "severity": sorted(urgent.severities),
        },
        "source": row["source"],
        "valid_from": policy.valid_from,
    }
