"""Templates through the api, and who finds the notice of a restricted case."""

import pytest

from tests.unit.notifications.events import COUNTY, measure

pytestmark = pytest.mark.needs_mongo


NO_NOTICES = {"channel_test", "contact_code", "gathered", "letter"}
"""Messages with nothing of their own to sign: a test, a code, the covers of one notice and of several."""


def test_templates_are_listed_and_previewed_with_each_of_their_samples(api):
    listed = api.items("/templates?limit=200", role="unit")
    assert {"assigned", "measure_served"} <= {one["name"] for one in listed}
    for one in listed:
        for sample in one["samples"]:
            shown = api.get(f"/templates/{one['name']}/preview?sample={sample}", role="cadre")
            assert (shown["version"], shown["sample"]) == (one["version"], sample)
            assert shown["subject"]
            assert ("签收仅表示收到" in shown["body"]) == (one["name"] not in NO_NOTICES)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/templates/nowhere/preview", 404),
        ("/templates/assigned/preview?sample=none", 422),
        ("/templates?cursor=x", 400),
    ],
)
def test_what_there_is_not_is_refused(api, path, status):
    assert api.ask("GET", path).status_code == status


def test_a_notice_of_a_restricted_case_is_listed_for_its_handlers_the_auditor_and_the_person(api, worker):
    one = measure(who="m-restricted", case="case-restricted", restricted=True, handlers=["handler-1"])
    worker.deliver(one)
    path = "/notices?case=case-restricted"

    def found(role, **who):
        return len(api.items(path, role, area=COUNTY, **who))

    assert found("commission", sub="handler-1") == 1
    assert found("auditor") == 1
    assert found("cadre", cadre="C001") == 1
    assert [found(role) for role in ("commission", "approver", "office")] == [0, 0, 0]
