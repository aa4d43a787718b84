"""Pages for people: routes that answer HTML and know their caller by a session cookie, or by a bearer token as ever.

The cookie holds the token itself; scripts cannot read it and other sites' requests do not carry it. Page routes alone
look at it, and they show and change nothing, so that a forged request could do no more than be refused. To log in the
token is sent in a form: it is checked as any token is, before anything else.
"""

import base64
import hashlib
import json
import re
from html import unescape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from shared.http import intake
from shared.http.answers import Answer, text
from shared.http.entrypoint import HttpRoute
from shared.http.kernel import Kernel
from shared.http.problems import Problem
from shared.http.request import Request
from shared.webui import shell

COOKIE = "duze_session"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"
_LONGEST_FORM = 16 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,3900}")
_ONWARD = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
_KEPT_ONWARD = "duze.onward"


class PageRoute(HttpRoute):
    """A page. A browser is refused by a page too, whoever is unknown with the form to log in."""

    def answer(self, environ: dict[str, Any], path: dict[str, str], request_id: str) -> Answer:
        answer = super().answer(environ, path, request_id)
        if answer.status < 400 or "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return answer
        refused = json.loads(bytes(answer.body))  # type: ignore[arg-type]  # problems are whole documents
        onward = environ.get(_KEPT_ONWARD) or _address(environ)
        html = shell.refusal(answer.status, refused.get("errors") or {}, request_id, onward)
        refusal = page(html, answer.status)
        refusal.headers |= answer.headers
        return refusal

    def _admit(self, kernel: Kernel, request: Request) -> None:
        if self.writes:
            require_same_origin(request)
        token = _session(request.header("Cookie"))
        if token is not None and request.header("Authorization") is None:
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        super()._admit(kernel, request)


class LoginRoute(PageRoute):
    """Takes a token in a form; whose it is decides whether the caller is let in."""

    def _admit(self, kernel: Kernel, request: Request) -> None:
        require_same_origin(request)
        form = form_of(intake.receive(self, request, _LONGEST_FORM))
        token, onward = form.get("token", "").strip(), form.get("onward", "/")
        request.environ[_KEPT_ONWARD] = onward if _ONWARD.fullmatch(onward) else "/"
        if not _TOKEN.fullmatch(token):
            raise Problem(401, "unauthenticated", "no token", headers={"WWW-Authenticate": "Bearer"})
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        super(PageRoute, self)._admit(kernel, request)


def form_of(content: bytes) -> dict[str, str]:
    """The fields of a form that was sent; of each the first value."""
    return {name: values[0] for name, values in parse_qs(content.decode("utf-8", "replace")).items()}


def logged_in(request: Request) -> Answer:
    """Let the caller of a LoginRoute in, and show what was wanted."""
    token = str(request.header("Authorization")).removeprefix("Bearer ")
    return _onward(request, request.environ[_KEPT_ONWARD], f"{COOKIE}={token}")


def logged_out(request: Request) -> Answer:
    """Forget the caller."""
    return _onward(request, "/", f"{COOKIE}=; Max-Age=0")


def page(html: str, status: int = 200) -> Answer:
    """A page that may load nothing, run nothing, and be shown in no other page; its own styles are let through."""
    styles = " ".join(f"'sha256-{_digest(style)}'" for style in sorted(_styles(html))) or "'none'"
    answer = text(html, HTML, status)
    answer.headers |= {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src {styles}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
    }
    return answer


def require_same_origin(request: Request) -> None:
    """Refuse what a page of another site sends. Browsers say so by either header; other programs by none."""
    site, origin = request.header("Sec-Fetch-Site"), request.header("Origin")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        own = origin is None or urlsplit(origin).netloc == request.header("Host")
    if not own:
        raise Problem(403, "cross_site", "forms of other sites are not taken")


def _styles(html: str) -> set[str]:
    """As browsers read them: in a picture (SVG) a style is text like any other, in which `&gt;` stands for a sign."""
    written = set(_STYLE.findall(html))
    return written | {unescape(style) for style in written}


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _session(sent: str | None) -> str | None:
    if not sent:
        return None
    try:
        found = SimpleCookie(sent).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None and _TOKEN.fullmatch(found.value) else None


def _onward(request: Request, where: str, cookie: str) -> Answer:
    secure = "; Secure" if request.header("X-Forwarded-Proto") == "https" else ""
    headers = {"Location": where, "Set-Cookie": f"{cookie}; Path=/; HttpOnly; SameSite=Strict{secure}"}
    return Answer(303, b"", None, headers)


def _address(environ: dict[str, Any]) -> str:
    """What was asked for, to go on with after the login."""
    query = environ.get("QUERY_STRING")
    asked = str(environ.get("RAW_PATH_INFO", "/")) + (f"?{query}" if query else "")
    return asked if environ["REQUEST_METHOD"] == "GET" and _ONWARD.fullmatch(asked) else "/"
