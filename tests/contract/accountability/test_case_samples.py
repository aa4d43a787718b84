"""What is told of cases and measures stays as its consumers know it, and names nobody in full."""

import json

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.accountability.case_samples import KINDS, produced
from tests.contract.golden import FOLDER, document

PRODUCED = produced()


def sample(kind):
    return (FOLDER / f"{kind}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_is_what_the_frozen_sample_says(kind):
    assert document(PRODUCED[kind]) == json.loads(sample(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_a_valid_event_of_its_type(kind):
    event = decode(sample(kind).encode())
    assert (event.type, event.source) == (kind, "accountability")
    registry.validate(event.source, kind, event.data)


@pytest.mark.parametrize("kind", KINDS)
def test_neither_a_full_name_nor_the_text_of_a_receipt_is_told(kind):
    assert not any(word in sample(kind) for word in ("李建国", "送达回证"))
