"""What a service tells about itself: OpenAPI, docs, vocabulary, metrics, logs."""

from openapi_spec_validator import validate

from tests.integration.http.client import KEY, bearer, token

THING = {"name": "卡口", "area": "990100001"}


def test_the_description_is_valid_and_tells_every_status_met(service):
    described = service.get("/openapi.json").json
    validate(described)
    post = described["paths"]["/things"]["post"]
    assert {"201", "400", "401", "403", "408", "409", "412", "413", "415", "422", "429", "500", "503"} <= set(
        post["responses"]
    )
    assert post["responses"]["422"]["content"].keys() == {"application/problem+json"}
    assert post["x-roles"] == ["supervisor"]
    assert set(described["paths"]["/things/batch"]["post"]["requestBody"]["content"]) == {
        "application/json", "application/x-ndjson", "text/csv"}  # fmt: skip
    assert described["components"]["schemas"]["PostThing"]["properties"]["severity"]["enum"] == [
        "minor",
        "serious",
    ]
    assert described["components"]["schemas"]["PostThing"]["additionalProperties"] is False
    assert "additionalProperties" not in described["components"]["schemas"]["ThingAnswer"]
    assert described["paths"]["/page.md"]["get"]["responses"]["200"]["content"].keys() == {
        "text/markdown; charset=utf-8"}  # fmt: skip


def test_the_docs_list_every_route_and_load_nothing_from_elsewhere(service):
    page = service.get("/docs")
    text = page.body.decode()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in service.get("/openapi.json").json["paths"]:
        assert path in text
    assert "http://" not in text
    assert "https://" not in text
    assert "src=" not in text


def test_vocabulary_and_areas_are_read_by_every_role(service):
    assert service.get("/vocabulary", bearer("cadre")).json["severity"]["minor"] == "轻微"
    first = service.get("/areas?limit=2", bearer("unit")).json
    assert [area["code"] for area in first["items"]] == ["990100", "990100001"]
    rest = service.get(f"/areas?cursor={first['next']}", bearer("unit")).json
    assert [area["code"] for area in rest["items"]] == ["990100002"]
    assert rest["next"] is None
    forged = service.get("/areas?cursor=990199", bearer("unit"))
    assert (forged.status, forged.json["code"]) == (400, "invalid_cursor")
    named = service.raw(
        f"GET /areas?q=城 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    )
    assert [area["code"] for area in named.json["items"]] == ["990100001"]
    assert service.get("/areas?parent=990100", bearer()).json["items"][0]["parent"] == "990100"


def test_requests_are_counted_by_route_and_never_by_what_clients_type(service):
    for path in ("/nothing-1", "/nothing-2", "/things/abc"):
        service.get(path, bearer())
    service.request("BREW", "/livez")
    text = service.get("/metrics").body.decode()
    assert 'duze_http_requests_total{method="GET",route="/things/{id}",status="404"}' in text
    assert 'duze_http_requests_total{method="GET",route="unmatched",status="404"}' in text
    assert 'duze_http_requests_total{method="other",route="unmatched",status="405"}' in text
    assert "nothing-1" not in text
    assert "_created" not in text
    assert "duze_outbox_pending" not in text, "state is told by workers only"


def test_nothing_personal_is_logged(service):
    service.post("/things", {**THING, "name": "测试姓名", "extra": "13900000000"})
    text = service.log.read_text()
    assert "测试姓名" not in text
    assert "13900000000" not in text
    assert token()[:20] not in text
    assert KEY not in text
