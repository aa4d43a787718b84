"""What this service publishes stays as its consumers know it."""

import json

import pytest

from services.findings.application.outgoing import CONTRACTS
from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.findings.samples import events
from tests.contract.golden import FOLDER, document

# What time alone brings has samples of its own (test_clock_samples).
BY_TIME = {"clock.due.v1", "finding.overdue.v1"}
PUBLISHED = sorted(set(CONTRACTS.values()) - BY_TIME)
PRODUCED = events()


def test_there_is_a_sample_of_everything_that_is_published() -> None:
    assert sorted(PRODUCED) == PUBLISHED


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_is_what_the_frozen_sample_says(kind: str) -> None:
    assert document(PRODUCED[kind]) == json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_sample_is_a_valid_event_of_its_type(kind: str) -> None:
    event = decode((FOLDER / f"{kind}.json").read_bytes())
    assert (event.type, event.source, event.subject) == (kind, "findings", event.data["finding"])
    registry.validate(event.source, kind, event.data)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_who_made_a_move_leaves_the_service_by_role_only(kind: str) -> None:
    text = (FOLDER / f"{kind}.json").read_text(encoding="utf-8")
    assert not any(f"{role}-1" in text for role in ("supervisor", "unit", "office", "approver"))
