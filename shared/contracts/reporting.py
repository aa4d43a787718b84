"""What the reporting service says: bulletins that were drafted by the schedule, published and corrected."""

from marshmallow import fields, validate

from shared.contracts.fields import Change, EventSchema, day, key, moment, text

PRODUCER = "reporting"

BULLETIN_DRAFTED_V1 = "bulletin.drafted.v1"
BULLETIN_PUBLISHED_V1 = "bulletin.published.v1"
BULLETIN_CORRECTED_V1 = "bulletin.corrected.v1"


class BulletinState(EventSchema):
    """A bulletin 通报 without its text: whoever may read it asks for it. `areas` are the townships that it tells of.

    `corrects` is the bulletin that this one corrects, `corrected_by` the one that corrects this, with their numbers.
    """

    bulletin = key()
    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            ["problems", "digest", "cases", "progress", "daily", "plan", "rectification"]
        ),
    )
    status = fields.String(required=True, validate=validate.OneOf(["draft", "approved", "published"]))
    number = key(required=False, none=True)
    title = text()
    area = key()
    areas = fields.List(key(), required=True)
    since = day(required=True, none=False)
    until = day(required=True, none=False)
    team = key(required=False, none=True)
    names = fields.String(required=True, validate=validate.OneOf(["full", "masked", "position_only"]))
    audience = fields.String(required=True, validate=validate.OneOf(["internal", "county", "public"]))
    addressees = fields.List(text(), required=True)
    copy_to = fields.List(text(), required=True)
    corrects = key(required=False, none=True)
    corrects_number = key(required=False, none=True)
    corrected_by = key(required=False, none=True)
    corrected_by_number = key(required=False, none=True)
    snapshot_sha256 = key(required=False, none=True)
    published_at = moment(required=False, none=True)
    version = fields.Integer(required=True, strict=True)
    change = fields.Nested(Change, required=True)


SCHEMAS: dict[str, type[EventSchema]] = dict.fromkeys(
    (BULLETIN_DRAFTED_V1, BULLETIN_PUBLISHED_V1, BULLETIN_CORRECTED_V1), BulletinState
)
