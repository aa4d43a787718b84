"""What WeCom 企业微信 tells its application: without a login, by its own signature; a mixin of the api."""

from typing import Any

from marshmallow import Schema, fields, validate

from shared.http import Answer, Media, Request, binary, http
from shared.http.answers import text

XML = "text/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
_SHORT, _LONG = validate.Length(1, 128), validate.Length(1, 4096)


class SignedQuery(Schema):
    """As WeCom names them."""

    msg_signature = fields.String(required=True, validate=_SHORT)
    timestamp = fields.String(required=True, validate=_SHORT)
    nonce = fields.String(required=True, validate=_SHORT)


class EchoQuery(SignedQuery):
    """With the text that proves that the address is ours."""

    echostr = fields.String(required=True, validate=_LONG)


class WecomRoutes:
    """Two routes: WeCom asks whether the address is ours, and tells of a pressed button."""

    app: Any

    @http("GET", "/wecom/callback", open=True, query=EchoQuery, answers={200: Media(PLAIN)})
    def echo_wecom(self, request: Request) -> Answer:
        """WeCom makes sure of the address; changes nothing"""
        return text(self.app.wecom.echo(**request.query))

    @http(
        "POST",
        "/wecom/callback",
        open=True,
        raw=True,
        large=False,
        consumes=("text/xml", "application/xml"),
        query=SignedQuery,
        answers={200: Media(XML)},
    )
    def take_wecom(self, request: Request) -> Answer:
        """签收 by the button of a card, once; the answer changes what the button says"""
        return binary(self.app.wecom.take(request.body, **request.query), XML)
