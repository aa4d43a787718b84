"""What many events of the accountability service carry: the finding, who answers for it, why a rule spoke."""

from marshmallow import fields

from shared.contracts.fields import EventSchema, day, key, moment, text
from shared.contracts.findings import Place


class FindingSummary(EventSchema):
    """What a notice needs of the finding, so that its writer waits for no other event."""

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
    count = fields.Integer(required=True, strict=True)
    units = fields.List(key(), required=True)
    historical = fields.Boolean(load_default=False)


class Responsible(EventSchema):
    """One person in the chain of duty: vocabulary `duty_role`; `area` is where the duty lies."""

    cadre = key()
    name = text()
    role = key()
    area = key(required=False, none=True)


class Because(EventSchema):
    """Why a rule spoke: which one, which version of it, on what facts."""

    rule = key()
    version = fields.Raw(required=True)
    facts = fields.Dict(required=True)
