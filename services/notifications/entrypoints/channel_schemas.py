"""The shape of requests and answers about outside channels and the messages on them."""

from marshmallow import Schema, fields, validate

from shared.http.fields import Moment
from shared.http.paging import PageQuery

OUTSIDE = ("email", "sms", "wecom", "dingtalk", "webhook", "paper")
STATUSES = ("pending", "sending", "sent", "failed", "unknown")
_ID = validate.Length(1, 100)


class DeliveriesQuery(PageQuery):
    channel = fields.String(load_default=None, validate=validate.OneOf(OUTSIDE))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    recipient = fields.String(load_default=None, validate=_ID)
    from_ = Moment(load_default=None, data_key="from", attribute="from")
    to = Moment(load_default=None)


class OutsideDeliveryAnswer(Schema):
    id = fields.String(required=True)
    channel = fields.String(required=True)
    recipient = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    notices = fields.Integer(required=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)
    provider_id = fields.String(required=True, allow_none=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    version = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class ChannelStateAnswer(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    configured = fields.Boolean(required=True)
    health = fields.String(required=True, validate=validate.OneOf(("ok", "away", "paused", "off")))
    paused = fields.Boolean(required=True)
    paused_by = fields.String(required=True, allow_none=True)
    paused_at = fields.DateTime(required=True, allow_none=True)
    fault = fields.String(required=True, allow_none=True)
    fault_since = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)
    waiting = fields.Integer()
