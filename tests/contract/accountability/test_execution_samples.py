"""What is told of talks and appeals stays as its consumers know it, and names nobody."""

import json

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.accountability.execution_samples import PUBLISHED, events
from tests.contract.golden import FOLDER, document

PRODUCED = events()


def test_there_is_one_of_each_type():
    assert sorted(PRODUCED) == PUBLISHED


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_is_what_the_frozen_sample_says(kind):
    assert document(PRODUCED[kind]) == json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_sample_is_a_valid_event_without_full_names(kind):
    body = (FOLDER / f"{kind}.json").read_bytes()
    event = decode(body)
    assert (event.type, event.source) == (kind, "accountability")
    registry.validate(event.source, kind, event.data)
    assert "李建国" not in body.decode()
