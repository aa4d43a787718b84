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


class Conduct(EventSchema):
    """When what is held against people was done, both days included."""

    start = day()
    end = day()


class Disposition(EventSchema):
    """What was decided for one person of the chain: exactly one of measures, `no_action` and `elsewhere`."""

    cadre = key()
    name = text()
    responsibility = fields.String(
        required=True, validate=validate.OneOf(["direct", "main_leader", "important_leader", "supervisory"])
    )
    outcome = fields.String(required=True, validate=validate.OneOf(["measures", "no_action", "elsewhere"]))
    measures = fields.List(key(), load_default=list)
    elsewhere_due = day()


class CaseState(EventSchema):
    """A case 问责事项, by ids only. Who may know of it is decided by whoever shows it.

    `handlers` are the subjects who may see it while it is `restricted`. `title`, `facts`, `conduct` and `dispositions`
    are told only of a case that is not restricted, once a decision of it has been served.
    """

    case = key()
    status = fields.String(
        required=True,
        validate=validate.OneOf(
            ["opened", "verifying", "proposed", "approved", "serving", "closed", "dismissed"]
        ),
    )
    findings = fields.List(key(), required=True)
    areas = fields.List(key(), required=True)
    persons = fields.List(key(), required=True)
    because = fields.List(fields.Nested(Because), required=True)
    suggested = fields.List(fields.Dict(), required=True)
    restricted = fields.Boolean(required=True)
    handlers = fields.List(key(), load_default=list)
    title = text(required=False, none=True)
    facts = text(required=False, none=True)
    conduct = fields.Nested(Conduct, load_default=None, allow_none=True)
    dispositions = fields.List(fields.Nested(Disposition), load_default=list)
    opened_at = moment()
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


class InForce(EventSchema):
    """A period of effect 影响期: from this day through the day before `until`; without `until` it has no end."""

    start = day(required=True, none=False)
    until = day()


class Served(EventSchema):
    """How and when a decision reached the person."""

    method = fields.String(required=True, validate=validate.OneOf(["in_person", "notice", "paper", "talk"]))
    at = moment()


class OfCase(EventSchema):
    """What every document of a case says of it: where it belongs and who may know."""

    case = key()
    findings = fields.List(key(), required=True)
    areas = fields.List(key(), required=True)
    restricted = fields.Boolean(required=True)
    handlers = fields.List(key(), load_default=list)
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


class MeasureState(OfCase):
    """A measure 处理措施 of an approved case. Nobody but commission, approver and auditor may learn of it before it is
    served. `tier` is its form of the four (四种形态), 1 to 4; `publish` says that the county may be told by name."""

    measure = key()
    cadre = key()
    name = text()
    kind = key()
    family = key()
    tier = fields.Integer(required=True, strict=True, validate=validate.Range(1, 4))
    form = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["talk", "written"]))
    responsibility = key()
    deciding_body = key()
    decided_on = day(required=True, none=False)
    decision_no = text(required=False, none=True)
    publish = fields.Boolean(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["decided", "served", "expired", "revoked", "varied"])
    )
    effect = fields.Nested(InForce, load_default=None, allow_none=True)
    served = fields.Nested(Served, load_default=None, allow_none=True)
    appeal_until = day()


class TalkState(OfCase):
    """A talk 谈话 (`kind` is that of its measure): when and where, never what was said."""

    talk = key()
    measure = key()
    cadre = key()
    name = text()
    kind = key()
    status = fields.String(required=True, validate=validate.OneOf(["scheduled", "recorded"]))
    at = moment(required=False, none=True)
    place = text(required=False, none=True)
    held_at = moment(required=False, none=True)
    follow_up_on = day()


class AppealState(OfCase):
    """An appeal against a measure: that it was lodged and how it ended, never its grounds."""

    appeal = key()
    measure = key()
    cadre = key()
    name = text()
    status = fields.String(required=True, validate=validate.OneOf(["lodged", "upheld", "varied", "revoked"]))
    lodged_at = moment()
    decided_at = moment(required=False, none=True)


class RunningClock(EventSchema):
    """A period of law or of the county's rules 时限, `at` whose end or shortly before it: `rule` names it in the data.

    `stage` says who may know of it: `before_service` nobody but commission, approver and auditor, `after_service` the
    office too.
    """

    rule = key()
    stage = fields.String(required=True, validate=validate.OneOf(["before_service", "after_service"]))
    due_at = moment()
    at = fields.String(required=True, validate=validate.OneOf(["before", "due"]))
    article = text(required=False, none=True)
    verified = fields.Boolean(required=True)


class CaseClockState(OfCase):
    """A clock of a case or of what belongs to it. The subject is the clock, so that neither makes the other stale."""

    clock = fields.Nested(RunningClock, required=True)
    measure = key(required=False, none=True)
    cadre = key(required=False, none=True)


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
