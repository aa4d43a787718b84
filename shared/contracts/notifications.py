"""What the notifications service says: what became of each notice."""

from marshmallow import fields, validate

from shared.contracts.fields import Change, EventSchema, key, moment, text

PRODUCER = "notifications"

NOTICE_QUEUED_V1 = "notice.queued.v1"
NOTICE_SENT_V1 = "notice.sent.v1"
NOTICE_READ_V1 = "notice.read.v1"
NOTICE_SIGNED_V1 = "notice.signed.v1"
NOTICE_REFUSED_V1 = "notice.refused.v1"
NOTICE_FAILED_V1 = "notice.failed.v1"


class NoticeState(EventSchema):
    """A notice 通知 to one recipient: a cadre's id, `unit:<area>`, `team:<code>` or `office`. Never its text."""

    notice = key()
    recipient = key()
    event = key()
    event_type = key()
    finding = key(required=False, none=True)
    case = key(required=False, none=True)
    warning = key(required=False, none=True)
    measure = key(required=False, none=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["queued", "sent", "read", "signed", "refused", "failed"])
    )
    channels = fields.List(key(), required=True)
    queued_at = moment()
    sent_at = moment(required=False, none=True)
    read_at = moment(required=False, none=True)
    signed_at = moment(required=False, none=True)
    signed_by = text(required=False, none=True)
    refused_at = moment(required=False, none=True)
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


SCHEMAS = dict.fromkeys(
    (
        NOTICE_QUEUED_V1,
        NOTICE_SENT_V1,
        NOTICE_READ_V1,
        NOTICE_SIGNED_V1,
        NOTICE_REFUSED_V1,
        NOTICE_FAILED_V1,
    ),
    NoticeState,
)
