"""What time alone makes this service say stays as its consumers know it."""

import json

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.findings.clock_samples import events
from tests.contract.golden import FOLDER, document

PUBLISHED = ["clock.due.v1", "finding.overdue.v1"]
PRODUCED = events()


def test_there_is_a_sample_of_everything_that_time_alone_brings() -> None:
    assert sorted(PRODUCED) == PUBLISHED


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_is_what_the_frozen_sample_says(kind: str) -> None:
    sample = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    assert document(PRODUCED[kind]) == sample


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_sample_is_a_valid_event_of_its_type(kind: str) -> None:
    event = decode((FOLDER / f"{kind}.json").read_bytes())
    assert (event.type, event.source) == (kind, "findings")
    registry.validate(event.source, kind, event.data)
