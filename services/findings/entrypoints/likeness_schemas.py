"""The shapes of merging, splitting and self-checks."""

from typing import Any

from marshmallow import Schema, fields

from shared.http import fields as shapes

_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}


class MergeRequest(Schema):
    """`into` is the id of the finding that goes on for both."""

    into = shapes.text(100, required=True)
    reason = shapes.text(2000, required=True)


class UnmergeRequest(Schema):
    reason = shapes.text(2000, required=True)


class SplitRequest(Schema):
    """A note as people write it, and what holds of every finding in it."""

    text = shapes.text(20_000, required=True)
    team = shapes.Code("team", **_OPTIONAL)
    method = shapes.Code("method", **_OPTIONAL)
    found_at = shapes.Moment(**_OPTIONAL)
    severity = shapes.Code("severity", **_OPTIONAL)
    group = shapes.text(100, **_OPTIONAL)


class ProposalAnswer(Schema):
    """One proposed finding, as POST /findings takes it once what is `missing` has been filled in."""

    line = fields.Integer(required=True)
    finding = fields.Dict(required=True)
    area_name = fields.String(required=True, allow_none=True)
    total_without_details = fields.Boolean(required=True)
    category_words = fields.List(fields.String(), required=True)
    missing = fields.List(fields.String(), required=True)


class NotUnderstoodAnswer(Schema):
    line = fields.Integer(required=True)
    text = fields.String(required=True)


class SplitAnswer(Schema):
    proposals = fields.List(fields.Nested(ProposalAnswer), required=True)
    not_understood = fields.List(fields.Nested(NotUnderstoodAnswer), required=True)


class RevisitAnswer(Schema):
    """A closed finding that waits for its revisit; `id` is the finding's."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    team = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    severity = fields.String(required=True)
    returned_count = fields.Integer(required=True)
    closed_at = shapes.Moment(required=True)
    due = shapes.Day(required=True)
    overdue = fields.Boolean(required=True)
