"""The shape of requests and answers."""

from marshmallow import Schema, fields, validate

from shared.http.fields import AreaCode
from shared.http.paging import PageQuery

KINDS = ("inbox", "email", "sms", "wecom", "dingtalk", "webhook", "paper")
STATUSES = ("queued", "sent", "read", "signed", "refused", "failed")
_MOST_CHANNELS = 20
_ID = validate.Length(1, 100)
_CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", error="not a time of day (HH:MM)")


class ChannelRequest(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    address = fields.String(load_default=None, allow_none=True)
    verified = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})


class QuietHoursShape(Schema):
    from_ = fields.String(required=True, validate=_CLOCK, data_key="from", attribute="from")
    to = fields.String(required=True, validate=_CLOCK)


class PutContactRequest(Schema):
    channels = fields.List(
        fields.Nested(ChannelRequest), required=True, validate=validate.Length(max=_MOST_CHANNELS)
    )
    quiet_hours = fields.Nested(QuietHoursShape, load_default=None, allow_none=True)
    digest = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})


class VerifyRequest(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS[1:]))
    code = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9]{6}$"))


class NoticesQuery(PageQuery):
    area = AreaCode(load_default=None)
    recipient = fields.String(load_default=None, validate=_ID)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    event_type = fields.String(load_default=None, validate=_ID)
    finding = fields.String(load_default=None, validate=_ID)
    case = fields.String(load_default=None, validate=_ID)
    unsigned = fields.Boolean(load_default=None)


class ContactsQuery(PageQuery):
    unreachable = fields.Boolean(load_default=None)


class DeliveryAnswer(Schema):
    channel = fields.String(required=True)
    status = fields.String(required=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)


class RefusalAnswer(Schema):
    at = fields.DateTime(required=True)
    witnesses = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)
    recorded_by = fields.String(required=True)


class PaperAnswer(Schema):
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    recorded_by = fields.String(required=True)


class CallAnswer(Schema):
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    answered_by = fields.String(required=True)
    recorded_by = fields.String(required=True)


class NoticeAnswer(Schema):
    id = fields.String(required=True)
    recipient = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)
    event_type = fields.String(required=True)
    event = fields.String(required=True)
    finding = fields.String(required=True, allow_none=True)
    case = fields.String(required=True, allow_none=True)
    warning = fields.String(required=True, allow_none=True)
    measure = fields.String(required=True, allow_none=True)
    area = fields.String(required=True)
    template = fields.String(required=True, allow_none=True)
    template_version = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    deliveries = fields.List(fields.Nested(DeliveryAnswer), required=True)
    queued_at = fields.DateTime(required=True)
    sent_at = fields.DateTime(required=True, allow_none=True)
    read_at = fields.DateTime(required=True, allow_none=True)
    signed_at = fields.DateTime(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    refusal = fields.Nested(RefusalAnswer, required=True, allow_none=True)
    paper = fields.Nested(PaperAnswer, required=True, allow_none=True)
    calls = fields.List(fields.Nested(CallAnswer), required=True)
    reminded_at = fields.DateTime(required=True, allow_none=True)
    leader_told_at = fields.DateTime(required=True, allow_none=True)
    leader = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class ContactChannelAnswer(Schema):
    kind = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    verified = fields.Boolean(required=True)


class ContactAnswer(Schema):
    id = fields.String(required=True)
    cadre = fields.String(required=True)
    area = fields.String(required=True)
    registered = fields.Boolean(required=True)
    active = fields.Boolean(required=True)
    reachable = fields.Boolean(required=True)
    channels = fields.List(fields.Nested(ContactChannelAnswer), required=True)
    quiet_hours = fields.Nested(QuietHoursShape, required=True, allow_none=True)
    digest = fields.Boolean(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class ImportResult(Schema):
    line = fields.Integer(required=True)
    cadre = fields.String(required=True)
    status = fields.Integer(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ImportAnswer(Schema):
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(ImportResult), required=True)


class PolicyUrgency(Schema):
    always = fields.Boolean(required=True)
    immediate = fields.Boolean(required=True)
    severity = fields.List(fields.String(), required=True)


class PolicyAnswer(Schema):
    id = fields.String(required=True)
    event = fields.String(required=True)
    when = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()), required=True)
    recipients = fields.List(fields.String(), required=True)
    channels = fields.List(fields.String(), required=True)
    template = fields.String(required=True)
    urgent = fields.Nested(PolicyUrgency, required=True)
    source = fields.String(required=True)
    valid_from = fields.Date(required=True)


class CountsAnswer(Schema):
    outbox_pending = fields.Integer(required=True)
    noticed = fields.Integer(required=True)
