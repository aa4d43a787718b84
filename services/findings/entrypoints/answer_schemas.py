"""The shape of answers."""

from marshmallow import Schema, fields

from shared.http.fields import Day, Moment


class PlaceAnswer(Schema):
    name = fields.String(required=True)
    kind = fields.String(required=True)


class ResponsibleAnswer(Schema):
    """A cadre, direct or leading; none until they are assigned."""

    cadre = fields.String(required=True)
    role = fields.String(required=True)


class FlagsAnswer(Schema):
    """`referred` is true for commission, approver and auditor only: nobody else learns of a case by it."""

    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)
    referred = fields.Boolean(required=True)


class ReviewFlagAnswer(Schema):
    """A sign that is worth a second look, and why; `findings` are those it was compared with."""

    kind = fields.String(required=True)
    because = fields.String(required=True)
    findings = fields.List(fields.String(), required=True)


class FindingItem(Schema):
    """What a finding is, without what it is asked for."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    source_ref = fields.String(required=True, allow_none=True)
    team = fields.String(required=True)
    method = fields.String(required=True)
    found_at = Moment(required=True)
    posted_at = Moment(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    place = fields.Nested(PlaceAnswer, required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    description = fields.String(required=True)
    suggestion = fields.String(required=True, allow_none=True)
    immediate = fields.Boolean(required=True)
    deadline = Day(required=True)
    due_at = Moment(required=True)
    deadline_provisional = fields.Boolean(required=True)
    waiting_since = Moment(required=True, allow_none=True)
    dispute_until = Moment(required=True, allow_none=True)
    count = fields.Integer(required=True)
    done = fields.Integer(required=True)
    group = fields.String(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    units = fields.List(fields.String(), required=True)
    named_responsible = fields.List(fields.String(), required=True)
    responsible = fields.List(fields.Nested(ResponsibleAnswer), required=True)
    flags = fields.Nested(FlagsAnswer, required=True)
    returned_count = fields.Integer(required=True)
    extensions = fields.Integer(required=True)
    evidence = fields.List(fields.String(), required=True)
    similar = fields.List(fields.String(), required=True)
    recurrence_of = fields.String(required=True, allow_none=True)
    merged_into = fields.String(required=True, allow_none=True)
    absorbed = fields.List(fields.String(), required=True)
    historical = fields.Boolean(required=True)
    reported_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    review_flags = fields.List(
        fields.Nested(ReviewFlagAnswer), metadata={"description": "for supervisor, office and auditor only"}
    )
    review_weight = fields.Integer(
        metadata={"description": "how much more than another (1) it should be looked at again"}
    )
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class SimilarAnswer(Schema):
    """A finding that may be the same one: its score, 0 to 100, and what speaks for it."""

    id = fields.UUID(required=True)
    score = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)


class FindingAnswer(FindingItem):
    """A finding, with the latest of what was told or asked for and the moves that are open to the caller.

    `similar_because` is told of the single document only, `referral` to commission, approver and auditor only.
    `recurrence` is the finding that a failed revisit brought.
    """

    plan = fields.Dict(required=True, allow_none=True)
    report = fields.Dict(required=True, allow_none=True)
    block = fields.Dict(required=True, allow_none=True)
    dispute = fields.Dict(required=True, allow_none=True)
    extension = fields.Dict(required=True, allow_none=True)
    referral = fields.Dict(required=True, allow_none=True)
    revisit = fields.Dict(required=True, allow_none=True)
    recurrence = fields.UUID(required=True, allow_none=True)
    allowed_moves = fields.List(fields.String(), required=True)
    similar_because = fields.List(fields.Nested(SimilarAnswer))


class HistoryItem(Schema):
    """One move: who made it, when and why; beside these whatever was told with it."""

    version = fields.Integer(required=True)
    at = Moment(required=True)
    move = fields.String(required=True)
    event = fields.String(required=True, allow_none=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    before = fields.String(required=True, allow_none=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    note = fields.String(required=True, allow_none=True)


class LineAnswer(Schema):
    """What became of one line; `errors` by field path when it was refused."""

    line = fields.Integer(required=True)
    status = fields.Integer(required=True)
    id = fields.String()
    number = fields.String()
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class BatchAnswer(Schema):
    accepted = fields.Integer(required=True)
    replayed = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(LineAnswer), required=True)


class MovedLineAnswer(LineAnswer):
    """`now` is the finding's status after it; `replayed`: the line had been carried out before. One that is not open
    names the moves that are."""

    now = fields.String()
    replayed = fields.Boolean()
    current_status = fields.String()
    allowed_moves = fields.List(fields.String())
    version = fields.Integer(metadata={"description": "of the finding, where the line was for another one"})


class MovesAnswer(Schema):
    accepted = fields.Integer(required=True)
    replayed = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(MovedLineAnswer), required=True)


class HandedOverAnswer(Schema):
    """How many open findings were passed on from one team to the other."""

    code = fields.String(required=True)
    to = fields.String(required=True)
    passed = fields.Integer(required=True)


class UnusedNumber(Schema):
    """`settled` once no request can still be about to use it."""

    county = fields.String(required=True)
    year = fields.Integer(required=True)
    n = fields.Integer(required=True)
    number = fields.String(required=True)
    settled = fields.Boolean(required=True)


class Figure(Schema):
    area = fields.String(required=True)
    status = fields.String(required=True)
    count = fields.Integer(required=True)


class CountsAnswer(Schema):
    """What the ledger is reconciled with; findings of old ledgers are counted apart."""

    outbox_pending = fields.Integer(required=True)
    findings = fields.List(fields.Nested(Figure), required=True)
    historical = fields.List(fields.Nested(Figure), required=True)
