"""The generated reference is fresh and sound."""

from openapi_spec_validator import validate

from deploy import reference_docs


def test_the_generated_documents_are_what_the_code_says() -> None:
    stale = [
        str(path)
        for path, document in reference_docs.documents().items()
        if not path.exists() or path.read_text(encoding="utf-8") != reference_docs.rendered(document)
    ]
    assert stale == [], "run `make docs`"


def test_every_openapi_document_is_valid() -> None:
    for path, document in reference_docs.documents().items():
        if path.parent.name == "openapi":
            validate(document)


def test_every_event_has_a_message_and_every_reference_leads_somewhere() -> None:
    document = reference_docs.documents()[reference_docs.DOCS / "asyncapi.json"]
    for channel in document["channels"].values():
        for name, reference in channel["messages"].items():
            assert reference == {"$ref": f"#/components/messages/{name}"}
            assert name in document["components"]["messages"]
    for message in document["components"]["messages"].values():
        data = message["payload"]["allOf"][1]["properties"]["data"]["$ref"]
        assert data.rpartition("/")[2] in document["components"]["schemas"]
