"""What the accountability service says: who is responsible, who was warned, which cases exist.

`cadre.registered.v1` alone carries a full name, position and unit; all others carry ids and masked names.
"""

from marshmallow import fields, validate

from shared.contracts.accountability_cases import (
    AppealState,
    CaseClockState,
    CaseState,
    MeasureState,
    TalkState,
)
from shared.contracts.accountability_parts import Because, FindingSummary, Responsible
from shared.contracts.fields import Change, EventSchema, day, key, moment, text

PRODUCER = "accountability"

CADRE_REGISTERED_V1 = "cadre.registered.v1"
RESPONSIBILITY_ASSIGNED_V1 = "responsibility.assigned.v1"
RESPONSIBILITY_UNRESOLVED_V1 = "responsibility.unresolved.v1"
RESPONSIBILITY_CORRECTED_V1 = "responsibility.corrected.v1"
WARNING_ISSUED_V1 = "warning.issued.v1"
WARNING_REVOKED_V1 = "warning.revoked.v1"
CASE_OPENED_V1 = "case.opened.v1"
CASE_ADVANCED_V1 = "case.advanced.v1"
CASE_CLOSED_V1 = "case.closed.v1"
CASE_DISMISSED_V1 = "case.dismissed.v1"
MEASURE_DECIDED_V1 = "measure.decided.v1"
MEASURE_SERVED_V1 = "measure.served.v1"
MEASURE_REVOKED_V1 = "measure.revoked.v1"
MEASURE_EXPIRED_V1 = "measure.expired.v1"
TALK_SCHEDULED_V1 = "talk.scheduled.v1"
TALK_RECORDED_V1 = "talk.recorded.v1"
APPEAL_LODGED_V1 = "appeal.lodged.v1"
APPEAL_DECIDED_V1 = "appeal.decided.v1"
CLOCK_DUE_V1 = "clock.due.v1"


class CadreState(EventSchema):
    """A cadre as registered by the office."""

    cadre = key()
    name = text()
    position = text()
    unit = text()
    area = key()
    identity = fields.List(key(), required=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


class AssignmentState(EventSchema):
    """Who answers for a finding, `as_of` which day; direct first, then leaders, each nearest area first.

    `missing` is `direct` when only leaders were found, `all` when nobody was, else null. The subject of
    `responsibility.assigned.v1` and `.corrected.v1` is the finding, that of `.unresolved.v1` the entry in the
    list of unassigned findings, so that neither makes the other stale. `responsibility.corrected.v1` says who answers
    no more (`removed`, as they answered before) and who was `added`.
    """

    finding = key()
    version = fields.Integer(required=True, strict=True)
    as_of = day(required=True, none=False)
    responsible = fields.List(fields.Nested(Responsible), required=True)
    missing = fields.String(required=True, allow_none=True, validate=validate.OneOf(["direct", "all"]))
    unknown_cadres = fields.List(key(), load_default=list)
    removed = fields.List(fields.Nested(Responsible), load_default=list)
    added = fields.List(fields.Nested(Responsible), load_default=list)
    summary = fields.Nested(FindingSummary, required=True)
    assigned_at = moment(required=False, none=True)
    change = fields.Nested(Change, required=True)


class WarningState(EventSchema):
    """A warning 预警提醒: issued by a rule at once, no sanction."""

    warning = key()
    finding = key()
    cadre = key()
    name = text()
    status = fields.String(
        required=True, validate=validate.OneOf(["issued", "objected", "upheld", "revoked"])
    )
    because = fields.List(fields.Nested(Because), required=True)
    summary = fields.Nested(FindingSummary, required=True)
    issued_at = moment()
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


SCHEMAS: dict[str, type[EventSchema]] = {
    CADRE_REGISTERED_V1: CadreState,
    RESPONSIBILITY_ASSIGNED_V1: AssignmentState,
    RESPONSIBILITY_UNRESOLVED_V1: AssignmentState,
    RESPONSIBILITY_CORRECTED_V1: AssignmentState,
    WARNING_ISSUED_V1: WarningState,
    WARNING_REVOKED_V1: WarningState,
    CASE_OPENED_V1: CaseState,
    CASE_ADVANCED_V1: CaseState,
    CASE_CLOSED_V1: CaseState,
    CASE_DISMISSED_V1: CaseState,
    MEASURE_DECIDED_V1: MeasureState,
    MEASURE_SERVED_V1: MeasureState,
    MEASURE_REVOKED_V1: MeasureState,
    MEASURE_EXPIRED_V1: MeasureState,
    TALK_SCHEDULED_V1: TalkState,
    TALK_RECORDED_V1: TalkState,
    APPEAL_LODGED_V1: AppealState,
    APPEAL_DECIDED_V1: AppealState,
    CLOCK_DUE_V1: CaseClockState,
}
