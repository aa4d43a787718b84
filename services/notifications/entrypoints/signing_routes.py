"""The page of a signing link 签收链接: without a login, for whoever was sent it; a mixin of the api.

Opening it changes nothing; a button of it signs one notice. No session stands behind the form, so there is nothing
that another site could borrow: to forge the request it would have to know the token.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from marshmallow import Schema

from services.notifications.application.signing import LinkPage
from services.notifications.domain.errors import (
    AlreadyRefusedError,
    ExpiredLinkError,
    NotificationsError,
    NotOfLinkError,
    UnknownLinkError,
    UsedLinkError,
)
from shared.http import Answer, Media, Request, http
from shared.http.pages import FORM, HTML, PageRoute, form_of, page
from shared.webui.shell import Shell

_PAGES = Shell(Path(__file__).parent.parent / "pages")
_SAID: dict[type[NotificationsError], tuple[int, str, str]] = {
    UnknownLinkError: (404, "链接无效", "没有这个签收链接。请核对链接是否完整,或登录系统在收件箱中签收。"),
    UsedLinkError: (409, "链接已使用", "已用这个签收链接签收过,不能再次使用。签收情况请登录系统查看。"),
    ExpiredLinkError: (410, "链接已过期", "这个签收链接已超过有效期。请登录系统在收件箱中签收。"),
    NotOfLinkError: (422, "请选择通知", "没有说明签收哪一条通知。请重新打开链接,在要签收的通知下点击按钮。"),
    AlreadyRefusedError: (409, "已登记拒签", "本通知已登记为拒绝签收。如需更正,请与通知中的联系电话联系。"),
}
_PAGE_ANSWERS = dict.fromkeys((200, 404, 409, 410), Media(HTML))
_FORM_ANSWERS = {**_PAGE_ANSWERS, 422: Media(HTML)}


class _NoQuery(Schema):
    """The page takes no parameters."""


class SigningRoutes:
    """Two routes: to look, and to sign."""

    app: Any

    @http("GET", "/sign/{token}", kind=PageRoute, open=True, query=_NoQuery, answers=_PAGE_ANSWERS)
    def show_link(self, request: Request) -> Answer:
        """The page of a signing link, with a button for each of its notices; looking at it changes nothing"""
        return _answer(request, self.app.show_link)

    @http(
        "POST",
        "/sign/{token}",
        open=True,
        raw=True,
        large=False,
        consumes=(FORM,),
        answers=_FORM_ANSWERS,
    )
    def sign_by_link(self, request: Request) -> Answer:
        """签收 by a button of a signing link, each notice once (form field `notice`, where there are several)"""
        wanted = form_of(request.body).get("notice", "")
        return _answer(request, lambda token: self.app.sign_by_link(token, wanted))


def _answer(request: Request, act: Callable[[str], LinkPage]) -> Answer:
    token = request.path["token"]
    try:
        link = act(token)
    except tuple(_SAID) as exc:
        status, heading, said = _SAID[type(exc)]
        return _unlisted(_PAGES.page("sign", heading=heading, said=said, link=None, token=""), status)
    waiting = any(not one.signed_at and not one.refused for one in link.notices)
    heading, said = (
        ("签收通知", "请核对后点击按钮签收。") if waiting else ("已签收", "签收仅表示收到,不代表认可。")
    )
    return _unlisted(_PAGES.page("sign", heading=heading, said=said, link=link, token=token), 200)


def _unlisted(html: str, status: int) -> Answer:
    """The address of the page is a key: it is told to nobody."""
    answer = page(html, status)
    answer.headers |= {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    return answer
