"""Who is let in: tokens good and bad, and the order in which requests are refused."""

import base64
import json
import time

import pytest

from tests.integration.http.client import bearer, token

THING = {"name": "卡口", "area": "990100001"}


def unsigned(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    now = int(time.time())
    payload = {"sub": "u1", "role": "admin", "area": "990100", "iat": now, "exp": now + 60, "iss": "duze",
               "aud": "duze", **claims}  # fmt: skip
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(payload)}."


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer not.a.token",
        "Basic dTpw",
        f"Bearer {token()}x",
        f"Bearer {token(key='another-key-of-thirty-two-bytes-or-more')}",
        f"Bearer {token(exp=int(time.time()) - 60)}",
        f"Bearer {token(exp=None)}",
        f"Bearer {token(iat=None)}",
        f"Bearer {token(iat=int(time.time()) + 300)}",
        f"Bearer {token(iss='other')}",
        f"Bearer {token(aud='other')}",
        f"Bearer {token(aud=None)}",
        f"Bearer {token(sub=None)}",
        f"Bearer {token(sub='')}",
        f"Bearer {token(role='king')}",
        f"Bearer {token(role=None)}",
        f"Bearer {token(area=None)}",
        f"Bearer {token(area='99')}",
        f"Bearer {token(area='99010000a')}",
        f"Bearer {token(algorithm='HS384')}",
        f"Bearer {unsigned()}",
        "Bearer " + "a" * 7000,
    ],
)
def test_a_token_that_is_not_right_is_401_with_a_challenge(service, credential):
    headers = {"Authorization": credential} if credential else {}
    answer = service.get("/things", headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json["code"] == "unauthenticated"


def test_a_token_is_taken_within_the_leeway_and_whatever_the_case_of_the_scheme(service):
    just_over = token(exp=int(time.time()) - 5)
    assert service.get("/things", {"Authorization": f"bearer {just_over}"}).status == 200


def test_refusals_come_in_the_order_of_the_contract(service):
    """One request with every fault; each fault mended in turn uncovers the next."""
    bad = b"{" + b" " * 1_100_000
    unit, supervisor = bearer("unit"), bearer("supervisor", area="990100002")

    def post(body, headers, content_type="text/plain", query="?nonsense=1"):
        answer = service.post(f"/things{query}", body, headers, content_type)
        return answer.status, answer.json.get("code")

    assert post(bad, {}) == (401, "unauthenticated")
    assert post(bad, unit) == (403, "forbidden")
    assert post(bad, supervisor) == (413, "body_too_large")
    assert post(b"{", supervisor) == (415, "unsupported_media_type")
    assert post(b"{", supervisor, "application/json") == (400, "malformed_json")
    assert post({"name": 5}, supervisor, "application/json") == (400, "unknown_parameter")
    assert post({"name": 5}, supervisor, "application/json", "") == (422, "invalid")
    assert post(THING, supervisor, "application/json", "") == (403, "outside_area")
    assert post({**THING, "area": "990100002"}, supervisor, "application/json", "")[0] == 201
