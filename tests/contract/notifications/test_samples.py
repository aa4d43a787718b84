"""What this service publishes stays as its consumers know it; what it hears is understood."""

import json

import pytest

from services.notifications.application.commands import RegisterCadre
from services.notifications.application.matters import matter_of
from shared.contracts import registry
from shared.contracts.envelope import decode
from tests.contract.golden import FOLDER, document
from tests.contract.notifications.samples import events
from tests.unit.notifications.world import World

PUBLISHED = [
    "notice.failed.v1",
    "notice.queued.v1",
    "notice.read.v1",
    "notice.refused.v1",
    "notice.sent.v1",
    "notice.signed.v1",
]
HEARD = {
    "responsibility.assigned.v1": ["C001", "unit:990100001"],
    "responsibility.unresolved.v1": ["office"],
    "warning.issued.v1": ["C001"],
    "warning.revoked.v1": ["C001"],
    "case.opened.v1": [],
    "case.advanced.v1": [],
    "case.closed.v1": [],
    "case.dismissed.v1": [],
    "measure.decided.v1": [],
    "measure.served.v1": ["C1"],
    "measure.revoked.v1": ["C1"],
    "measure.expired.v1": [],
}
PRODUCED = events()


def sample(kind):
    return decode((FOLDER / f"{kind}.json").read_bytes())


def test_there_is_a_sample_of_everything_that_is_published():
    assert sorted(PRODUCED) == PUBLISHED


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_is_what_the_frozen_sample_says(kind):
    assert document(PRODUCED[kind]) == json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_sample_is_a_valid_event_of_its_type(kind):
    event = sample(kind)
    assert (event.type, event.source, event.subject) == (kind, "notifications", event.data["notice"])
    registry.validate(event.source, kind, event.data)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_neither_a_name_nor_an_address_nor_the_text_leaves_the_service(kind):
    text = (FOLDER / f"{kind}.json").read_text(encoding="utf-8")
    assert not any(word in text for word in ("赵", "demo.invalid", "无人值守", "签收", "见证", "拒绝"))


@pytest.mark.parametrize("kind", HEARD)
def test_every_sample_that_is_heard_is_told_to_those_it_concerns(kind):
    world = World()
    assert world.deliver(sample(kind)) == ["applied"]
    assert world.recipients() == HEARD[kind]


def test_the_sample_of_a_cadre_is_understood():
    event = sample("cadre.registered.v1")
    command = RegisterCadre.from_event(event.data)
    assert (command.cadre, bool(command.name)) == (event.subject, True)


@pytest.mark.parametrize("kind", [kind for kind in HEARD if not kind.startswith(("case.", "measure."))])
def test_a_sample_of_what_is_told_is_a_matter(kind):
    event = sample(kind)
    matter = matter_of(event)
    assert matter is not None
    assert (matter.event, matter.finding) == (event.id, event.data["finding"])
