"""What the findings service says: the whole public state of a finding after each move."""

from marshmallow import fields, validate

from shared.contracts.fields import Change, EventSchema, day, key, moment, text
from shared.contracts.finding_parts import FindingCore

PRODUCER = "findings"

FINDING_POSTED_V1 = "finding.posted.v1"
FINDING_ACCEPTED_V1 = "finding.accepted.v1"
FINDING_PLANNED_V1 = "finding.planned.v1"
FINDING_REPORTED_V1 = "finding.reported.v1"
FINDING_RETURNED_V1 = "finding.returned.v1"
FINDING_CLOSED_V1 = "finding.closed.v1"
FINDING_BLOCKED_V1 = "finding.blocked.v1"
FINDING_RESUMED_V1 = "finding.resumed.v1"
FINDING_EXTENDED_V1 = "finding.extended.v1"
FINDING_DISPUTED_V1 = "finding.disputed.v1"
FINDING_DISPUTE_DECIDED_V1 = "finding.dispute_decided.v1"
FINDING_TRANSFERRED_V1 = "finding.transferred.v1"
FINDING_WITHDRAWN_V1 = "finding.withdrawn.v1"
FINDING_OVERDUE_V1 = "finding.overdue.v1"
FINDING_REVISITED_V1 = "finding.revisited.v1"
FINDING_AMENDED_V1 = "finding.amended.v1"
FINDING_REFERRED_V1 = "finding.referred.v1"
CLOCK_DUE_V1 = "clock.due.v1"

STATUSES = ("issued", "rectifying", "reported", "blocked", "disputed", "closed", "withdrawn")


class FindingFlags(EventSchema):
    """Marks beside the status. Whether a case exists is not among them: findings' events do not know."""

    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)


class Referral(EventSchema):
    """A referral 移送 that was granted. It says that people be held to account, not that a case exists."""

    reason = text()
    granted_at = moment()


class Revisit(EventSchema):
    """The newest 回头看 after close-out; `recurrence` is the finding that was posted where it has come back."""

    result = fields.String(required=True, validate=validate.OneOf(["pass", "fail"]))
    at = moment()
    recurrence = key(required=False, none=True)


class Plan(EventSchema):
    """How the unit means to mend it, and until when."""

    measures = text()
    due = day()


class Report(EventSchema):
    """What the unit says was done, and when it was."""

    measures = text()
    completed_on = day()


class Block(EventSchema):
    """Why it cannot be mended now, and what that would take."""

    reason = text()
    needs = text()
    review_on = day()


class Answering(EventSchema):
    """Who answers for the finding, as far as findings has heard: direct first, then leaders, the nearest first."""

    cadre = key()
    role = key()


class FindingState(FindingCore):
    """A finding as the outside may know it; `finding` is its id. Days are Asia/Shanghai.

    `due_at` holds what it has waited on others; `waiting_since`: it waits, and the deadline stands still.
    `level` is the highest overdue level that was reached, 0 for none; it stays when the finding is mended.
    """

    version = fields.Integer(required=True, strict=True)
    source_ref = key(required=False, none=True)
    method = key()
    waiting_since = moment(required=False, none=True)
    review_on = day()
    group = key(required=False, none=True)
    campaign = key(required=False, none=True)
    named_responsible = fields.List(key(), required=True)
    responsible = fields.List(fields.Nested(Answering), required=False)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    flags = fields.Nested(FindingFlags, required=True)
    level = fields.Integer(required=False, strict=True, validate=validate.Range(min=0))
    returned_count = fields.Integer(required=True, strict=True)
    extensions = fields.Integer(required=True, strict=True)
    evidence = fields.List(key(), required=True)
    recurrence_of = key(required=False, none=True)
    reported_at = moment(required=False, none=True)
    closed_at = moment(required=False, none=True)
    plan = fields.Nested(Plan, allow_none=True)
    report = fields.Nested(Report, allow_none=True)
    block = fields.Nested(Block, allow_none=True)
    referral = fields.Nested(Referral, allow_none=True)
    revisit = fields.Nested(Revisit, allow_none=True)
    change = fields.Nested(Change, required=True)


class Clock(EventSchema):
    """A clock that ran out at `due_at`: `due_soon` (part of the time is over), `review` (of a block), `unverified`,
    `self_check` (that of an area is not answered).

    `stage` says who may know of it; those of a finding are no secret.
    """

    rule = key()
    stage = key()
    due_at = moment()


class LateSelfCheck(EventSchema):
    """举一反三: the area asked because of the finding, which has not answered by `due`, with its overdue level."""

    id = key()
    area = key()
    area_name = text()
    due = day(required=True, none=False)
    level = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class ClockState(FindingState):
    """The finding, and the clock that ran out; the finding itself did not change.

    The subject is not the finding but its clocks (`clock-<finding>`), so that neither makes the other stale.
    """

    clock = fields.Nested(Clock, required=True)
    self_check = fields.Nested(LateSelfCheck, required=False, allow_none=True)


_STATES = dict.fromkeys(
    (
        FINDING_POSTED_V1,
        FINDING_ACCEPTED_V1,
        FINDING_PLANNED_V1,
        FINDING_REPORTED_V1,
        FINDING_RETURNED_V1,
        FINDING_CLOSED_V1,
        FINDING_BLOCKED_V1,
        FINDING_RESUMED_V1,
        FINDING_EXTENDED_V1,
        FINDING_DISPUTED_V1,
        FINDING_DISPUTE_DECIDED_V1,
        FINDING_TRANSFERRED_V1,
        FINDING_WITHDRAWN_V1,
        FINDING_OVERDUE_V1,
        FINDING_REVISITED_V1,
        FINDING_AMENDED_V1,
        FINDING_REFERRED_V1,
    ),
    FindingState,
)
SCHEMAS: dict[str, type[EventSchema]] = {**_STATES, CLOCK_DUE_V1: ClockState}
