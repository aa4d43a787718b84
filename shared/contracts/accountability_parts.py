"""What many events of the accountability service carry: the finding, who answers for it, why a rule spoke."""

from marshmallow import fields

from shared.contracts.fields import EventSchema, key, text
from shared.contracts.finding_parts import FindingCore


class FindingSummary(FindingCore):
    """What a notice needs of the finding, so that its writer waits for no other event."""


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
