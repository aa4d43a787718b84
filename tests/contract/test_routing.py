"""Whoever handles an event is sent it: each type that a worker listens to by name is bound to one of its queues."""

import inspect
from importlib import import_module

import pytest

from shared.contracts.routing import SERVICES, SUBSCRIPTIONS
from shared.messaging.consumer import EventEntrypoint


def is_bound(key: str, type_: str) -> bool:
    """As a topic exchange reads a binding key."""
    wanted, words = key.split("."), type_.split(".")
    if wanted[-1] == "#":
        return words[: len(wanted) - 1] == wanted[:-1]
    return len(wanted) == len(words) and all(
        one in ("*", word) for one, word in zip(wanted, words, strict=True)
    )


def listened_to(service: str) -> set[tuple[str, str]]:
    worker = getattr(import_module(f"services.{service}.entrypoints.service"), f"{service.title()}Worker")
    methods = [method for _, method in inspect.getmembers(worker, inspect.isfunction)]
    found = [one for method in methods for one in getattr(method, "nameko_entrypoints", ())]
    events = [one for one in found if isinstance(one, EventEntrypoint)]
    return {(one.source, one.event_type) for one in events if one.event_type is not None}


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_that_a_worker_listens_to_reaches_its_queue(service: str) -> None:
    deaf = {
        (source, type_)
        for source, type_ in listened_to(service)
        if not any(is_bound(key, type_) for key in SUBSCRIPTIONS[service].get(source, ()))
    }
    assert deaf == set()


def test_the_workers_listen_to_something() -> None:
    assert {service for service in SERVICES if listened_to(service)} >= {"accountability", "notifications"}
