"""The shape of requests and answers about bulletins."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from shared.http.fields import AreaCode, Code, Day, Moment, text
from shared.http.paging import PageQuery

KINDS = ("problems", "digest", "cases", "progress", "daily", "plan", "rectification")
STATUSES = ("draft", "approved", "published")
NAMES = ("full", "masked", "position_only")
GROUPINGS = ("category", "area", "team")
AUDIENCES = ("internal", "county", "public")
_PARAGRAPHS = 5000
_ADDRESSEES = 100
_EXCLUSIONS = 1000


class Number(fields.Float):
    """A count as a whole number, a rate as a part of 1."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class DraftBulletinRequest(Schema):
    """`group_by` is how the problems are put together: unless said by category, in a digest by team, in daily and
    progress bulletins by area. problems, digest, progress and daily are the office's, cases the commission's, plan and
    rectification a unit's for its area. `names`: position_only unless said, masked in cases bulletins."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    area = AreaCode(required=True)
    since = Day(required=True, data_key="from")
    until = Day(required=True, data_key="to")
    team = Code("team", load_default=None, allow_none=True)
    title = text(200, load_default=None, allow_none=True)
    names = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(NAMES))
    group_by = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(GROUPINGS))


class ExclusionRequest(Schema):
    """A finding of the draft that is left out."""

    id = text(100, required=True)
    reason = text(500, required=True)


class EditBulletinRequest(Schema):
    """What is not named stays. `lead` or `closing` null: the template's own again."""

    title = text(200)
    lead = text(_PARAGRAPHS, allow_none=True)
    closing = text(_PARAGRAPHS, allow_none=True)
    left_out = fields.List(
        fields.Nested(ExclusionRequest), data_key="exclude", validate=validate.Length(max=_EXCLUSIONS)
    )
    addressees = fields.List(text(200), validate=validate.Length(max=_ADDRESSEES))
    copy_to = fields.List(text(200), validate=validate.Length(max=_ADDRESSEES))
    audience = fields.String(validate=validate.OneOf(AUDIENCES))
    group_by = fields.String(validate=validate.OneOf(GROUPINGS))

    @validates("left_out")
    def each_once(self, value: list[dict[str, Any]], **_: Any) -> None:
        # What is no exclusion at all is told by its own field.
        ids = [one["id"] for one in value if "id" in one]
        if len(set(ids)) < len(ids):
            raise ValidationError("a finding stands twice")


class ReasonRequest(Schema):
    """Why it goes back, or why it is corrected."""

    reason = text(500, required=True)


class BulletinsQuery(PageQuery):
    """`from` and `to` are days, both included, that the bulletin's own days meet."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")


class TraceQuery(Schema):
    """`figure` is a path of the bulletin's `figures`, such as category.records.problems."""

    figure = text(200, required=True)


class ExclusionAnswer(Schema):
    id = fields.String(required=True)
    reason = fields.String(required=True)


class FileAnswer(Schema):
    """A file of a published bulletin, and what its bytes hash to."""

    format = fields.String(required=True)
    sha256 = fields.String(required=True)


class BulletinAnswer(Schema):
    """`figures` by their paths; GET …/trace?figure=<path> tells what is behind one. `rates` likewise: parts of 1, null
    where there is nothing to divide by. Both are those of `drafted_at`. `returned` is why an approver sent it back,
    `snapshot_sha256` what a published one hashes to, `corrects` the id of the bulletin that it corrects,
    `corrected_by` of the one that corrects it."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    since = Day(required=True, data_key="from")
    until = Day(required=True, data_key="to")
    team = fields.String(required=True, allow_none=True)
    names = fields.String(required=True)
    group_by = fields.String(required=True)
    audience = fields.String(required=True)
    lead = fields.String(required=True)
    closing = fields.String(required=True)
    left_out = fields.List(fields.Nested(ExclusionAnswer), data_key="exclude", required=True)
    addressees = fields.List(fields.String(), required=True)
    copy_to = fields.List(fields.String(), required=True)
    author = fields.String(required=True)
    returned = fields.String(required=True, allow_none=True)
    approved_by = fields.String(required=True, allow_none=True)
    approved_at = Moment(required=True, allow_none=True)
    published_by = fields.String(required=True, allow_none=True)
    published_at = Moment(required=True, allow_none=True)
    snapshot_sha256 = fields.String(required=True, allow_none=True)
    files = fields.List(fields.Nested(FileAnswer), required=True)
    corrects = fields.String(required=True, allow_none=True)
    corrects_number = fields.String(required=True, allow_none=True)
    correction_reason = fields.String(required=True, allow_none=True)
    corrected_by = fields.String(required=True, allow_none=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rates = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True), required=True)
    drafted_at = Moment(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class TracedAnswer(Schema):
    id = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)
    area = fields.String(required=True)
    place = fields.String(required=True)


class TraceAnswer(Schema):
    """`unit` is what the figure counts: findings, problems (the sum of `count`), places, townships or villages;
    of a cases bulletin cases, persons or measures. A rate (null where there is nothing to divide by) is `of` two other
    figures, the part and the whole; its ids are those of the whole."""

    figure = fields.String(required=True)
    value = Number(required=True, allow_none=True)
    unit = fields.String(required=True)
    of = fields.List(fields.String(), required=True)
    ids = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(TracedAnswer), required=True)
