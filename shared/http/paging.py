"""Lists in pages: `?limit=&cursor=` in, `{"items", "next"}` out."""

from marshmallow import Schema, fields, validate

LIMIT = 50
LONGEST = 200


class PageQuery(Schema):
    """The two parameters of every list; a list's own filters are a subclass."""

    limit = fields.Integer(
        load_default=LIMIT,
        validate=validate.Range(1, LONGEST),
        metadata={"description": "how many items at most"},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(1, 2000),
        metadata={"description": "`next` of the page before"},
    )
