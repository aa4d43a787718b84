"""Every route as its service describes it: refusals in their order, in their form, and none that is not described."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.county import County

pytestmark = pytest.mark.needs_stack
SERVICES = ("findings", "accountability", "notifications", "reporting")
PROBLEM = "application/problem+json"
Operation = dict[str, Any]
# There the caller is in the form, or in a cookie.
PAGES = ("/login", "/logout")


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def operations(county: County, service: str) -> Iterator[tuple[str, str, Operation]]:
    described = county.http.get(county.stack.url(service) + "/openapi.json", timeout=30).json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if path not in PAGES and "x-roles" in operation:
                yield method.upper(), path, operation


def ask(county: County, service: str, method: str, path: str, operation: Operation, **how: Any) -> Any:
    """The answer, after a look whether it is one of those that are described."""
    roles = operation["x-roles"]
    role = "auditor" if "auditor" in roles else roles[0]
    token = county.token(role, team="T05", cadre="C001")
    headers = {"Authorization": f"Bearer {token}", **how.pop("headers", {})}
    url = county.stack.url(service) + re.sub(r"{\w+}", "no-such", path)
    answer = county.http.request(method, url, headers=headers, allow_redirects=False, timeout=60, **how)
    told = f"{method} {path} {how}: {answer.status_code} {answer.text[:200]}"
    assert answer.status_code < 500, told
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, told
    content = answer.headers.get("Content-Type")
    assert content is None or content in described["content"], f"{content}: {told}"
    if content == PROBLEM:
        problem = answer.json()
        assert {"type", "title", "status", "detail", "code"} <= problem.keys(), told
        assert problem["status"] == answer.status_code, told
    return answer


def test_an_unknown_parameter_is_refused_by_name(county: County, service: str) -> None:
    for method, path, operation in operations(county, service):
        how: dict[str, Any] = {"params": {"no_such": "1"}}
        if content := (operation.get("requestBody") or {}).get("content"):
            if "multipart/form-data" in content:
                continue  # a form that cannot be read is told first
            how |= {"data": b"{}", "headers": {"Content-Type": next(iter(content))}}
        answer = ask(county, service, method, path, operation, **how)
        assert (answer.status_code, "no_such" in answer.text) == (400, True), (method, path, answer.text)


def test_a_body_of_the_wrong_type_is_refused_before_its_parameters(county: County, service: str) -> None:
    how: dict[str, Any] = {"params": {"no_such": "1"}, "data": b"x", "headers": {"Content-Type": "text/odd"}}
    for method, path, operation in operations(county, service):
        if method != "GET":
            assert ask(county, service, method, path, operation, **how).status_code == 415, (method, path)


def test_an_unknown_field_is_refused_by_name(county: County, service: str) -> None:
    for method, path, operation in operations(county, service):
        content = (operation.get("requestBody") or {}).get("content", {})
        if "application/json" in content and content["application/json"]["schema"]:
            answer = ask(county, service, method, path, operation, json={"no_such": 1})
            assert (answer.status_code, "no_such" in answer.text) == (422, True), (method, path, answer.text)


def test_every_list_keeps_its_bounds_and_takes_its_own_cursors_only(county: County, service: str) -> None:
    for method, path, operation in operations(county, service):
        names = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
        if method != "GET" or "limit" not in names:
            continue
        for wrong in ({"limit": 0}, {"limit": 201}, {"limit": "x"}):
            answer = ask(county, service, method, path, operation, params=wrong)
            assert answer.status_code == 422, (path, wrong, answer.text)
        if "{" not in path:
            needed = {"year": 2026} if "year" in names else {}
            forged = ask(county, service, method, path, operation, params={"cursor": "x", **needed})
            assert forged.status_code in (400, 422), (path, forged.text)
            page = ask(county, service, method, path, operation, params={"limit": 1, **needed})
            assert page.status_code == 200, (path, page.text)
            if page.headers["Content-Type"].startswith("application/json"):
                assert page.json().keys() >= {"items", "next"}, path
                assert len(page.json()["items"]) <= 1, path


def test_a_document_that_there_is_not_is_not_found(county: County, service: str) -> None:
    for method, path, operation in operations(county, service):
        names = {
            one["name"] for one in operation["parameters"] if one.get("required") and one["in"] == "query"
        }
        if method == "GET" and "{" in path and not names:
            answer: requests.Response = ask(county, service, method, path, operation)
            assert answer.status_code == 404, (path, answer.text)
