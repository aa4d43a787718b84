"""Who is told what and when, and whom to call: the county's files as the domain's values.

A file that cannot be used, or that would tell somebody of a case too early, stops the start with its name and line.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.application.matters import SELECTABLE
from services.notifications.domain.calendar import Calendar
from services.notifications.domain.contact import KINDS
from services.notifications.domain.gathering import Timing
from services.notifications.domain.phones import Phone
from services.notifications.domain.policy import INBOX, SELECTORS, Policy, Urgency
from services.notifications.domain.quiet import QuietHours
from services.notifications.domain.reminders import ReceiptRules
from shared.contracts import registry, working_days
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

POLICIES_FILE = "policies.yaml"
PHONES_FILE = "contact_phone.yaml"
RULES_FILE = "rules.yaml"
_ALWAYS, _NEVER = "always", "never"
_WORKING_DAYS, _EVERY_DAY = "working_days", "every_day"


class _Urgent(fields.Field[Urgency]):
    """`always`, `never`, or what makes it urgent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Urgency:
        if value in (_ALWAYS, _NEVER):
            return Urgency(always=value == _ALWAYS)
        if not isinstance(value, Mapping) or not set(value) <= {"immediate", "severity"}:
            raise ValidationError("must be always, never, or a map of immediate and severity")
        return Urgency(
            immediate=bool(value.get("immediate", False)), severities=frozenset(value.get("severity", ()))
        )


class _Row(SourcedSchema):
    id = fields.String(required=True, validate=validate.Length(1, 100))
    event = fields.String(required=True)
    when = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()), load_default=dict)
    recipients = fields.List(
        fields.String(validate=validate.OneOf(SELECTORS)), required=True, validate=validate.Length(min=1)
    )
    channels = fields.List(fields.String(validate=validate.OneOf(KINDS)), required=True)
    template = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]+$"))
    urgent = _Urgent(required=True)


class _Quiet(Schema):
    from_ = fields.Time(required=True, format="%H:%M", data_key="from")
    to = fields.Time(required=True, format="%H:%M")


class _Outside(SourcedSchema):
    gather_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1440))
    digest_at = fields.Time(required=True, format="%H:%M")
    quiet_hours = fields.Nested(_Quiet, load_default=None, allow_none=True)
    repeat_hours = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 168))
    digest_on = fields.String(
        load_default=_WORKING_DAYS, validate=validate.OneOf([_WORKING_DAYS, _EVERY_DAY])
    )


class _Receipts(SourcedSchema):
    remind_after_working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 60))
    leader_after_working_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 60))
    link_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 90))

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["leader_after_working_days"] <= data["remind_after_working_days"]:
            raise ValidationError("must be later than the reminder", "leader_after_working_days")


class _Policies(Schema):
    class Meta:
        unknown = EXCLUDE

    outside = fields.Nested(_Outside, required=True)
    receipts = fields.Nested(_Receipts, required=True)
    policies = fields.List(fields.Nested(_Row), required=True)


class _Rule(SourcedSchema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(load_default="")


class _Rules(Schema):
    class Meta:
        unknown = EXCLUDE

    rules = fields.List(fields.Nested(_Rule), required=True)


class _Phone(SourcedSchema):
    area = fields.String(required=True)
    name = fields.String(required=True)
    telephone = fields.String(required=True)
    hours = fields.String(load_default=None, allow_none=True)


class _Phones(Schema):
    class Meta:
        unknown = EXCLUDE

    rows = fields.List(fields.Nested(_Phone), required=True)


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
    data = load(path, _Policies())
    policies = [_policy(row) for row in data["policies"]]
    faults = [fault for policy in policies for fault in _faults(policy, templates)]
    ids = [policy.id for policy in policies]
    faults += [f"{one}: the id is used twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    if faults:
        raise DataFileError(f"{path}: {'; '.join(faults)}")
    outside, receipts = data["outside"], data["receipts"]
    days = load_calendar(folder) if outside["digest_on"] == _WORKING_DAYS else Calendar()
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
    rows = load(Path(folder) / PHONES_FILE, _Phones())["rows"]
    return [Phone(**{name: row[name] for name in names}) for row in rows]


def load_rule_titles(folder: str | Path) -> dict[tuple[str, int], str]:
    """What people call the rules of rules.yaml, by id and version: a warning says which one spoke."""
    rows = load(Path(folder) / RULES_FILE, _Rules())["rules"]
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
