"""The routes of templates: which there are, and what a notice made of one reads like; a mixin of the api."""

from typing import Any

from marshmallow import Schema, fields

from shared.http import EVERY_ROLE, Answer, Listing, PageQuery, Request, http, listing, ok


class PreviewQuery(Schema):
    sample = fields.String(load_default=None)


class TemplateAnswer(Schema):
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    samples = fields.List(fields.String(), required=True)


class PreviewAnswer(TemplateAnswer):
    sample = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)


class TemplateRoutes:
    """The wording of notices."""

    app: Any

    @http(
        "GET",
        "/templates",
        roles=EVERY_ROLE,
        query=PageQuery,
        answers={200: Listing(TemplateAnswer)},
    )
    def list_templates(self, request: Request) -> Answer:
        """The templates of notices, each with its version and the names of its samples"""
        return listing(*self.app.previews.templates(**request.query))

    @http(
        "GET",
        "/templates/{name}/preview",
        roles=EVERY_ROLE,
        query=PreviewQuery,
        answers={200: PreviewAnswer},
    )
    def preview_template(self, request: Request) -> Answer:
        """What a notice made of it reads like, with invented facts"""
        return ok(self.app.previews.preview(request.path["name"], request.query["sample"]))
