"""What both the findings' own events and the events about who answers for them say of a finding."""

from marshmallow import fields, validate

from shared.contracts.fields import EventSchema, day, key, moment, text


class Place(EventSchema):
    """Where exactly: the place's own name and its kind (vocabulary `place_kind`)."""

    name = text()
    kind = key()


class FindingCore(EventSchema):
    """What it is, where, and until when it is to be mended; `finding` is its id."""

    finding = key()
    number = key()
    team = key()
    found_at = moment()
    posted_at = moment()
    area = key()
    area_name = text()
    place = fields.Nested(Place, required=True)
    category = key()
    severity = key()
    description = text()
    suggestion = text(required=False, none=True)
    immediate = fields.Boolean(required=True)
    deadline = day()
    due_at = moment(required=False, none=True)
    dispute_until = moment(required=False, none=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    units = fields.List(key(), required=True)
    historical = fields.Boolean(load_default=False)
