"""Reporting hears every type there is: what each sample says is kept, and understood."""

from pathlib import Path

import pytest

from shared.contracts import registry
from shared.contracts.envelope import decode
from shared.contracts.findings import CLOCK_DUE_V1
from shared.contracts.routing import SERVICES, SUBSCRIPTIONS
from tests.unit.reporting.world import UNRESOLVED, World

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.json"))


def heard(path):
    event = decode(path.read_bytes())
    registry.validate(event.source, event.type, event.data)
    return event


def test_there_are_samples():
    assert SAMPLES


def test_every_type_of_every_service_has_its_queue_here():
    assert SUBSCRIPTIONS["reporting"] == dict.fromkeys(SERVICES, ("#",))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_archived_as_it_was_told(path):
    world, event = World(), heard(path)
    assert world.deliver(event) == ["applied"]
    assert world.archived() == [event]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_finding_that_a_sample_names_has_a_fact(path):
    world, event = World(), heard(path)
    world.deliver(event)
    named = {event.data.get("finding"), *event.data.get("findings", ())} - {None}
    # The unassigned, clocks, measures, talks and appeals are other documents: they add nothing to a fact.
    other = event.type in (UNRESOLVED, CLOCK_DUE_V1) or event.type.startswith(
        ("measure.", "talk.", "appeal.")
    )
    assert set(world.facts()) == (set() if other else named)


def test_all_samples_together_make_a_fact_in_any_order():
    events = [heard(path) for path in SAMPLES]
    forwards, backwards = World(), World()
    forwards.deliver(*events)
    backwards.deliver(*reversed(events))
    assert forwards.facts() == backwards.facts()
