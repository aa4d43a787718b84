"""The pages: a mixin of the api. They show what the API answers, to the same callers, and change nothing."""

from functools import cache
from typing import Any

from services.reporting.application.scope import CHAIN_READERS, KNOWS_CASES
from services.reporting.entrypoints import schemas
from shared.http import EVERY_ROLE, Answer, Media, Request, http
from shared.http.pages import FORM, HTML, LoginRoute, PageRoute, logged_in, logged_out, page

LEDGER_READERS = EVERY_ROLE - {"cadre"}
_PAGE: dict[int, Any] = {200: Media(HTML)}
_FORM: dict[str, Any] = {"raw": True, "large": False, "consumes": (FORM,), "answers": {303: None}}


class WebRoutes:
    """Login with a token; dashboard, ledger, board, the chain of a finding, and bulletins as pages."""

    app: Any

    @http(
        "POST",
        "/login",
        kind=LoginRoute,
        roles=EVERY_ROLE,
        **_FORM,
    )
    def log_in(self, request: Request) -> Answer:
        """Take a token (form field `token`) into a cookie that pages know the caller by"""
        return logged_in(request)

    @http(
        "POST",
        "/logout",
        kind=PageRoute,
        roles=EVERY_ROLE,
        **_FORM,
    )
    def log_out(self, request: Request) -> Answer:
        """Forget the cookie"""
        return logged_out(request)

    @http("GET", "/", kind=PageRoute, roles=LEDGER_READERS, answers=_PAGE)
    def show_dashboard(self, request: Request) -> Answer:
        """The dashboard: how it stands today, by status and township"""
        return page(self.app.pages.dashboard(request.claims, _no_filters()))

    @http(
        "GET", "/ledger.html", kind=PageRoute, roles=LEDGER_READERS, query=schemas.LedgerQuery, answers=_PAGE
    )
    def show_ledger(self, request: Request) -> Answer:
        """The ledger as a page, with the filters of the ledger"""
        return page(self.app.pages.ledger(request.query, request.claims))

    @http("GET", "/board", kind=PageRoute, roles=KNOWS_CASES, answers=_PAGE)
    def show_board(self, request: Request) -> Answer:
        """Cases by the stage that they are in"""
        return page(self.app.pages.board(request.claims))

    @http(
        "GET",
        "/chain/{finding}.html",
        kind=PageRoute,
        roles=CHAIN_READERS,
        audited="chain.read",
        answers=_PAGE,
    )
    def show_chain(self, request: Request) -> Answer:
        """The whole line of one finding as a page"""
        return page(self.app.pages.chain(request.path["finding"], request.claims))

    @http("GET", "/bulletins/{id}.html", kind=PageRoute, roles=LEDGER_READERS, answers=_PAGE)
    def get_bulletin_html(self, request: Request) -> Answer:
        """The bulletin as a page"""
        return page(self.app.bulletins.render(request.path["id"], "html", request.claims))


@cache
def _no_filters() -> dict[str, Any]:
    """The ledger's query with nothing asked for."""
    return dict(schemas.LedgerQuery().load({}))
