"""Steps of a case through the api, as the tests of cases take them."""

from tests.unit.accountability.world import VOCABULARY, posted

AREA = "990100003001"
CATEGORIES = sorted(VOCABULARY.codes("category"))
WAIVED = {"reason": "本人书面放弃陈述申辩"}


def case_of(api, worker, finding):
    """A case of a finding that C009 and C010 answer for, of a category of its own: else it joined another case."""
    category = CATEGORIES[int(finding.rpartition("-")[2])]
    worker.deliver(
        posted(finding, severity="critical", area=AREA, named_responsible=["C009"], category=category)
    )
    (found,) = api.items(f"/cases?finding={finding}", "commission")
    return f"/cases/{found['id']}"


def measures(*kinds, **terms):
    terms = {"deciding_body": "county_discipline_commission", "decided_on": "2026-02-22", **terms}
    return {"measures": [{"kind": kind, **terms} for kind in kinds]}


def move(api, path, role="commission", body=None, status=200, method="POST", **rest):
    answer = api.ask(method, path, role, json=body or {}, **rest)
    assert answer.status_code == status, answer.text
    return answer.json()


def dispose(api, case, cadre, outcome, **rest):
    body = {"responsibility": "direct", "outcome": outcome, "defence_waived": WAIVED}
    return move(api, f"{case}/dispositions/{cadre}", body=body, method="PUT", **rest)


def proposed(api, case, *kinds):
    move(
        api,
        f"{case}/verify",
        body={"facts": "在卫生室聚集打牌", "conduct": {"from": "2026-02-02", "to": "2026-02-02"}},
    )
    dispose(api, case, "C009", measures(*kinds))
    dispose(api, case, "C010", {"no_action": "已尽职责"})
    return move(api, f"{case}/propose")
