"""What a statutory clock tells stays as its consumers know it."""

import json

from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.accountability.clock_samples import FILE, produced
from tests.contract.golden import document


def test_what_is_published_is_what_the_frozen_sample_says():
    assert document(produced()) == json.loads(FILE.read_text(encoding="utf-8"))


def test_the_sample_is_a_valid_event_of_its_type():
    event = decode(FILE.read_bytes())
    registry.validate(event.source, event.type, event.data)
