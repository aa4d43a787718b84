"""Every route of every service is in the written table, with just the roles that stand there."""

import importlib

import pytest

from shared.contracts.claims import ROLES
from shared.http.access import access_table
from tests.contract.access import expected

SERVICES = ("findings", "accountability", "notifications", "reporting")


def coded(service: str) -> dict[tuple[str, str], frozenset[str]]:
    module = importlib.import_module(f"services.{service}.entrypoints.service")
    return access_table(getattr(module, f"{service.capitalize()}Api"))


@pytest.mark.parametrize("service", SERVICES)
def test_the_code_lets_in_whom_the_table_names(service: str) -> None:
    assert coded(service) == expected(service)


@pytest.mark.parametrize("service", SERVICES)
def test_the_table_names_roles_that_there_are(service: str) -> None:
    assert set().union(*expected(service).values()) <= ROLES


@pytest.mark.parametrize("service", SERVICES)
def test_an_auditor_changes_nothing_and_an_admin_sees_no_case(service: str) -> None:
    for (method, path), roles in expected(service).items():
        if method != "GET" and path not in ("/login", "/logout"):
            assert "auditor" not in roles, (method, path)
        if path.startswith("/case"):
            assert "admin" not in roles, (method, path)
