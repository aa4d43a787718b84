"""Reads of a request are bounded in time; a route that reads for long says how long."""

from types import SimpleNamespace
from typing import Any

import pytest
from pymongo import _csot

from services.reporting.entrypoints.service import ReportingApi
from shared.http.entrypoint import HttpRoute
from shared.http.perform import READ_SECONDS, perform


def left_to_a_handler(patience: float) -> float:
    """Seconds in which the database has to answer."""
    route = SimpleNamespace(
        method="GET", path="/x", transactional=False, writes=False, audited=None, patience=patience
    )
    request: Any = SimpleNamespace(
        id="r", route=route, claims_or_none=None, kernel=SimpleNamespace(county=None, app=None)
    )
    said: list[float] = []

    def handler(_service: Any, _request: Any) -> None:
        said.append(_csot.remaining() or 0.0)

    perform(handler, None, request)
    return said[0]


@pytest.mark.parametrize("patience", [READ_SECONDS, 900.0])
def test_a_handler_has_the_patience_of_its_route(patience: float) -> None:
    assert patience - 4 < left_to_a_handler(patience) <= patience


def test_files_of_the_ledger_are_waited_for_and_other_routes_are_not() -> None:
    patience = {
        route.path: route.patience
        for name in dir(ReportingApi)
        for route in getattr(getattr(ReportingApi, name), "nameko_entrypoints", ())
        if isinstance(route, HttpRoute) and route.method == "GET"
    }
    long = {path for path, seconds in patience.items() if seconds > READ_SECONDS}
    assert long == {"/ledger.xlsx", "/ledger.csv"}
