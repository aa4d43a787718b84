"""`GET /chain/{finding}` on a real database: the whole line, as its finding is read, case parts as cases are."""

from datetime import timedelta

import pytest

from tests.integration.reporting.conftest import Api, Worker
from tests.unit.reporting.world import NOW, case, life, moved, noticed

pytestmark = pytest.mark.needs_mongo
LIFE = [
    "posted", "assigned", "notice_queued", "notice_queued", "notice_signed", "accepted", "reported", "closed",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def told(worker: Worker) -> None:
    later = [NOW + timedelta(days=n) for n in range(1, 6)]
    told = [
        *life("f-1"),
        case("case-1", ["f-1"], at=later[0]),
        noticed("f-1", "office", about="case.opened.v1", case="case-1", at=later[1]),
        moved("f-2"),
        case("case-2", ["f-2"], at=later[0]),
        case("case-2", ["f-2"], 2, "verifying", restricted=True, at=later[1]),
        case("case-3", ["f-2", "f-1"], at=later[2]),
        case("case-3", ["f-1"], 2, "verifying", at=later[3]),
    ]
    # The newest first: whatever comes late is in the archive all the same.
    worker.deliver(*reversed(told))


def steps(api: Api, finding: str, role: str) -> list[str]:
    return [hop["step"] for hop in api.get(f"/chain/{finding}", role)["items"]]


@pytest.mark.parametrize("role", ["supervisor", "unit", "office"])
def test_the_line_without_case_parts(api: Api, role: str) -> None:
    assert steps(api, "f-1", role) == LIFE
    assert steps(api, "f-2", role) == ["posted"]


@pytest.mark.parametrize("role", ["commission", "approver", "auditor"])
def test_the_line_with_case_parts_for_those_who_know_of_cases(api: Api, role: str) -> None:
    shown = steps(api, "f-1", role)
    assert shown[: len(LIFE)] == LIFE
    assert shown[len(LIFE) :] == ["case_opened", "notice_queued", "case_opened", "case_advanced"]


def test_a_restricted_case_is_shown_to_the_auditor_alone(api: Api) -> None:
    assert steps(api, "f-2", "commission") == ["posted", "case_opened"]
    assert steps(api, "f-2", "auditor") == ["posted", "case_opened", "case_advanced", "case_opened"]


def test_each_hop_is_whole(api: Api) -> None:
    for hop in api.get("/chain/f-1", "auditor")["items"]:
        assert set(hop) == {
            "step", "at", "what", "who", "summary", "service", "event", "event_type", "refs",
        }  # fmt: skip
        assert hop["at"].endswith("+08:00")
        assert hop["event_type"].endswith(".v1")


def test_cadres_admins_other_areas_and_unknown_findings_are_refused(api: Api) -> None:
    assert api.ask("GET", "/chain/f-1", "cadre").status_code == 403
    assert api.ask("GET", "/chain/f-1", "admin").status_code == 403
    assert api.ask("GET", "/chain/f-1", "office", area="990100002").status_code == 403
    assert api.ask("GET", "/chain/nothing", "office").status_code == 404
