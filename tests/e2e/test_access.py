"""Who may call what, asked of the running services: every route with no token, and with one of each role."""

import pytest
import requests

from shared.contracts.claims import ROLES
from tests.contract.access import Route, expected
from tests.support.county import County

pytestmark = pytest.mark.needs_stack
SERVICES = ("findings", "accountability", "notifications", "reporting")
NOBODY = "01a00000-0000-7000-8000-000000000000"


def ask(county: County, service: str, route: Route, token: str | None) -> requests.Response:
    method, path = route
    url = county.stack.url(service) + path.replace("{id}", NOBODY).replace("{finding}", NOBODY)
    url = url.replace("{cadre}", "C001")
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return requests.request(method, url, headers=headers, allow_redirects=False, timeout=30)


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_token_only_what_is_open_answers(county: County, service: str) -> None:
    for route, roles in expected(service).items():
        if route[1] == "/login":
            continue  # there the token is in the form
        answer = ask(county, service, route, None)
        assert (answer.status_code == 401) == bool(roles), (route, answer.status_code, answer.text[:200])


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("service", SERVICES)
def test_a_role_reaches_what_the_table_gives_it_and_nothing_else(
    county: County, service: str, role: str
) -> None:
    token = county.token(role, team="T05", cadre="C001")
    for route, roles in expected(service).items():
        if not roles or route[1] in ("/login", "/logout"):
            continue
        answer = ask(county, service, route, token)
        refused = answer.status_code == 403 and "this role may not" in answer.text
        assert refused == (role not in roles), (role, route, answer.status_code, answer.text[:200])
        assert answer.status_code < 500, (role, route, answer.text[:200])
