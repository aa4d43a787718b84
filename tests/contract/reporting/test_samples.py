"""What this service publishes stays as its consumers know it."""

import json

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from shared.contracts.reporting import SCHEMAS
from tests.contract.golden import FOLDER, document
from tests.contract.reporting.samples import events

PRODUCED = events()


def test_there_is_a_sample_of_everything_that_is_published():
    assert sorted(PRODUCED) == sorted(SCHEMAS)


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_what_is_published_is_what_the_frozen_sample_says(kind):
    sample = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    assert document(PRODUCED[kind]) == sample


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_a_sample_is_a_valid_event_of_its_type(kind):
    event = decode((FOLDER / f"{kind}.json").read_bytes())
    assert (event.type, event.source) == (kind, "reporting")
    registry.validate(event.source, kind, event.data)
