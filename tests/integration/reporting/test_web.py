"""The pages through the api: login with a token, what each caller sees, and nothing to anybody else."""

import re
from typing import Any

import pytest
import requests

from tests.integration.reporting.conftest import Api, Worker
from tests.integration.reporting.peers import FakePeer
from tests.integration.reporting.tokens import token
from tests.unit.reporting.world import COUNTY, NOW, case, life, moved

pytestmark = pytest.mark.needs_mongo
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
HOSTILE = "<img src=x onerror=alert(1)>\"'&"
PAGES = ("/", "/ledger.html", "/chain/f-1.html")
BOARD = "/board"


@pytest.fixture(scope="module", autouse=True)
def told(worker: Worker) -> None:
    worker.deliver(
        *life("f-1"),
        moved("f-2", area="990100002001", description=HOSTILE, place={"name": HOSTILE, "kind": "other"}),
        case("case-1", ["f-1"]),
    )


class Browser:
    """A person's browser, which sends `Sec-Fetch-Site` and keeps cookies."""

    def __init__(self, api: Api, site: str = "same-origin") -> None:
        self.base = f"http://127.0.0.1:{api.port}"
        self.session = requests.Session()
        self.session.headers.update(BROWSER | {"Sec-Fetch-Site": site})

    def get(self, path: str) -> requests.Response:
        return _read(self.session.get(self.base + path, timeout=20, allow_redirects=False))

    def post(self, path: str, **form: str) -> requests.Response:
        return _read(self.session.post(self.base + path, data=form, timeout=20, allow_redirects=False))

    def login(self, role: str = "office", **claims: Any) -> "Browser":
        assert self.post("/login", token=token(role, **claims)).status_code == 303
        return self


def _read(answer: requests.Response) -> requests.Response:
    answer.encoding = "utf-8"
    return answer


@pytest.mark.parametrize("path", [*PAGES, "/bulletins/x.html"])
def test_without_a_login_there_is_the_form_to_log_in_and_nothing_else(api: Api, path: str) -> None:
    answer = Browser(api).get(path)
    assert answer.status_code == 401
    assert 'action="/login"' in answer.text
    assert f'value="{path}"' in answer.text
    assert "督〔2026〕" not in answer.text
    assert requests.get(f"http://127.0.0.1:{api.port}{path}", timeout=20).headers["Content-Type"] == (
        "application/problem+json"
    )


def test_a_token_opens_the_pages_until_the_logout(api: Api) -> None:
    browser = Browser(api)
    answer = browser.post("/login", token=f" {token('office')}\n", onward="/ledger.html?status=closed")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ledger.html?status=closed")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "督〔2026〕f-1号" in browser.get("/ledger.html?status=closed").text
    assert browser.post("/logout").status_code == 303
    assert browser.get("/").status_code == 401


def test_behind_https_the_cookie_is_for_https_only(api: Api) -> None:
    browser = Browser(api)
    browser.session.headers["X-Forwarded-Proto"] = "https"
    assert "Secure" in browser.post("/login", token=token("office")).headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize(
    "onward", ["//evil.example", "/\\evil.example", "https://evil.example", "x", "/a\r\nb: c"]
)
def test_after_the_login_it_goes_on_to_a_page_of_ours_only(api: Api, onward: str) -> None:
    assert Browser(api).post("/login", token=token("office"), onward=onward).headers["Location"] == "/"


@pytest.mark.parametrize("wrong", ["", "nonsense", "a.b.c", "x" * 5000, "a b", "é"])
def test_a_wrong_token_opens_nothing(api: Api, wrong: str) -> None:
    answer = Browser(api).post("/login", token=wrong)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert 'action="/login"' in answer.text


def test_an_expired_token_opens_nothing_and_a_forged_cookie_neither(api: Api) -> None:
    assert Browser(api).post("/login", token=token("office", exp=1)).status_code == 401
    browser = Browser(api)
    browser.session.cookies.set("duze_session", token("office", key="another-key-of-another-county-0000000"))
    assert browser.get("/").status_code == 401
    browser.session.headers["Cookie"] = 'duze_session="; x=~'
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_forms_of_other_sites_are_refused(api: Api, site: str, path: str) -> None:
    answer = Browser(api, site).post(path, token=token("office"))
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_browser_that_names_the_origin_alone_is_judged_by_that(api: Api) -> None:
    browser = Browser(api)
    del browser.session.headers["Sec-Fetch-Site"]
    for origin in ("http://evil.example", "null"):
        browser.session.headers["Origin"] = origin
        assert browser.post("/login", token=token("office")).status_code == 403
    browser.session.headers["Origin"] = browser.base
    assert browser.post("/login", token=token("office")).status_code == 303


def test_the_cookie_is_for_pages_only(api: Api) -> None:
    browser = Browser(api).login()
    assert browser.get("/ledger").status_code == 401
    answer = browser.session.post(f"{browser.base}/bulletins", json={}, timeout=20)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_pages_run_nothing_and_load_nothing(api: Api, path: str) -> None:
    answer = Browser(api).login().get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script|<link|<img|<[^>]*\s(on\w+|style)=", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_dashboard_shows_the_figures_of_the_callers_area(api: Api) -> None:
    county = Browser(api).login().get("/").text
    assert "<b>2</b>累计(2个)" in county
    assert ">城关街道</a>" in county
    assert ">光华街道</a>" in county
    township = Browser(api).login(area="990100001").get("/").text
    assert "<b>1</b>累计(1个)" in township
    assert ">光华街道</a>" not in township
    assert "督〔2026〕f-2号" not in township


def test_the_dashboard_warns_those_concerned_when_the_services_do_not_agree(
    api: Api, peers: dict[str, FakePeer]
) -> None:
    assert "各服务数据暂不一致" in Browser(api).login("office").get("/").text
    assert "各服务数据暂不一致" not in Browser(api).login("supervisor").get("/").text


def test_the_ledger_has_filters_and_pages(api: Api) -> None:
    browser = Browser(api).login()
    first = browser.get("/ledger.html?limit=1&from=2026-01-01")
    onward = re.search(r'href="(/ledger\.html\?[^"]+)">下一页', first.text)
    assert onward is not None
    assert "from=2026-01-01" in onward[1]
    assert 'name="from" value="2026-01-01"' in first.text
    found = [browser.get(f"/ledger.html?area={area}").text for area in ("990100001", "990100002")]
    assert ["督〔2026〕f-1号" in text for text in found] == [True, False]
    assert ["督〔2026〕f-2号" in text for text in found] == [False, True]
    empty = browser.get("/ledger.html?area=&status=&category=&severity=&team=&overdue=&from=&to=&as_of=&q=")
    assert empty.status_code == 200
    assert "没有符合条件的问题" in browser.get("/ledger.html?q=nowhere").text


def test_hostile_text_is_shown_as_it_was_written(api: Api) -> None:
    browser = Browser(api).login()
    for path in ("/", "/ledger.html", "/ledger.html?q=%3Cscript%3E", "/chain/f-2.html"):
        text = browser.get(path).text
        assert "<img" not in text
        assert "<script" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in browser.get("/ledger.html").text


def test_the_chain_page_hides_case_parts_as_the_chain_does(api: Api) -> None:
    assert "问责" not in Browser(api).login("office").get("/chain/f-1.html").text
    assert "问责立案" in Browser(api).login("commission").get("/chain/f-1.html").text


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("cadre", "/", 403),
        ("cadre", "/ledger.html", 403),
        ("admin", "/chain/f-1.html", 403),
        ("office", "/ledger.html?status=nonsense", 422),
        ("office", "/ledger.html?nonsense=1", 400),
        ("office", "/chain/nothing.html", 404),
        ("office", "/bulletins/nothing.html", 404),
    ],
)
def test_refusals_are_pages_too(api: Api, role: str, path: str, status: int) -> None:
    answer = Browser(api).login(role).get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'href="/"' in answer.text


def test_a_page_of_another_area_is_refused(api: Api) -> None:
    browser = Browser(api).login(area="990100002")
    assert browser.get("/chain/f-1.html").status_code == 403
    assert browser.get("/ledger.html?area=990100001").status_code == 403


def test_a_bulletin_is_read_in_the_browser(api: Api) -> None:
    body = {"kind": "problems", "area": COUNTY, "from": "2026-01-01", "to": NOW.date().isoformat()}
    bulletin = api.ask("POST", "/bulletins", json=body).json()["id"]
    assert "草稿" in Browser(api).login().get(f"/bulletins/{bulletin}.html").text
    assert Browser(api).login("supervisor").get(f"/bulletins/{bulletin}.html").status_code == 403


def test_pages_take_a_bearer_token_too(api: Api) -> None:
    assert api.ask("GET", "/", "office").status_code == 200
    assert api.ask("GET", "/", "cadre").status_code == 403


def test_the_board_shows_cases_by_stage_to_those_who_may_know(api: Api) -> None:
    page = Browser(api).login("commission").get(BOARD)
    assert page.status_code == 200
    assert "待受理(1)" in page.text
    assert "督〔2026〕f-1号" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert 'href="/board"' in Browser(api).login("auditor").get("/").text
    office = Browser(api).login("office")
    assert office.get(BOARD).status_code == 403
    assert 'href="/board"' not in office.get("/").text
    elsewhere = Browser(api).login("approver", area="990100002").get(BOARD)
    assert "督〔2026〕f-1号" not in elsewhere.text
