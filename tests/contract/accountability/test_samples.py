"""What this service publishes stays as its consumers know it; what it hears is understood."""

import json

import pytest

from services.accountability.application.commands import NoteReceipt, TakeFinding
from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.accountability.samples import events
from tests.contract.golden import FOLDER, document

PUBLISHED = [
    "cadre.registered.v1",
    "case.advanced.v1",
    "case.opened.v1",
    "responsibility.assigned.v1",
    "responsibility.corrected.v1",
    "responsibility.unresolved.v1",
    "warning.issued.v1",
    "warning.revoked.v1",
]
PRODUCED = events()


def test_there_is_a_sample_of_everything_that_is_published():
    assert sorted(PRODUCED) == PUBLISHED


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_is_what_the_frozen_sample_says(kind):
    sample = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    assert document(PRODUCED[kind]) == sample


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_sample_is_a_valid_event_of_its_type(kind):
    event = decode((FOLDER / f"{kind}.json").read_bytes())
    assert (event.type, event.source) == (kind, "accountability")
    registry.validate(event.source, kind, event.data)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_full_names_leave_the_service_in_the_register_alone(kind):
    text = (FOLDER / f"{kind}.json").read_text(encoding="utf-8")
    assert ("赵测试" in text) == (kind == "cadre.registered.v1")


def heard(*prefixes):
    return [path for path in sorted(FOLDER.glob("*.json")) if path.name.startswith(prefixes)]


def test_every_sample_of_a_finding_is_understood():
    for path in heard("finding."):
        event = decode(path.read_bytes())
        finding = TakeFinding.from_data(event.data).finding
        assert (finding.id, finding.number) == (event.subject, event.data["number"]), path.name


def test_every_sample_of_a_signed_or_refused_notice_is_understood():
    for path in heard("notice.signed.", "notice.refused."):
        event = decode(path.read_bytes())
        command = NoteReceipt.from_data(event.data)
        assert (command.warning if command else None) == event.data.get("warning"), path.name
