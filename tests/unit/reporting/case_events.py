"""The demo's typical cases as accountability tells them: by its own contract, every decision served."""

from typing import Any

import yaml

from shared.contracts.envelope import Event
from tests.unit.reporting.world import DEMO, NOW, event

AREA = "990100002001"


def typical_cases() -> list[Event]:
    """Five cases, 11 people, and the cards of the register."""
    cases = yaml.safe_load((DEMO / "typical_cases.yaml").read_text(encoding="utf-8"))
    told: list[Event] = []
    for n, one in enumerate(cases, 1):
        told += served_case(f"case-{n}", one["dispositions"], one["conduct_period"], title=f"典型问题{n}")
    return told


def served_case(
    case: str,
    dispositions: list[dict[str, Any]],
    conduct: dict[str, Any] | None = None,
    *,
    restricted: bool = False,
    status: str = "served",
    names: dict[str, str] | None = None,
    **told: Any,
) -> list[Event]:
    """One case with its measures; `status` is that of each measure, `names` are full names by cadre."""
    names = {one["cadre"]: f"{'赵钱孙李周吴郑王'[n % 8]}某某" for n, one in enumerate(dispositions)} | (
        names or {}
    )
    common = {"findings": ["f-1"], "areas": [AREA], "restricted": restricted, "handlers": [], "version": 3}
    change = {"move": "served", "at": NOW.isoformat(), "by": "commission"}
    events = [_card(cadre, name) for cadre, name in names.items()]
    for one in dispositions:
        for measure in one.get("measures", ()):
            key = f"{case}-{one['cadre']}-{measure['kind']}"
            data = {
                **common, "case": case, "measure": key, "cadre": one["cadre"], "name": _mask(names[one["cadre"]]),
                "kind": measure["kind"], "family": "party", "tier": 2, "responsibility": one["responsibility"],
                "deciding_body": measure["deciding_body"], "decided_on": str(measure["decided_on"]),
                "publish": measure.get("publish", False), "status": status,
                "served": None if status == "decided" else {"method": "in_person", "at": NOW.isoformat()},
                "change": change,
            }  # fmt: skip
            type_ = "measure.decided.v1" if status == "decided" else "measure.served.v1"
            events.append(event(type_, key, data))
    data = {
        **common, "case": case, "status": "closed", "persons": list(names), "because": [], "suggested": [],
        "title": None, "facts": "未按要求值守，外来人员随意进出",
        "conduct": conduct and {"start": str(conduct["from"]), "end": str(conduct["to"])},
        "dispositions": [
            {
                "cadre": one["cadre"], "name": _mask(names[one["cadre"]]), "responsibility": one["responsibility"],
                "outcome": "elsewhere" if "elsewhere" in one else "measures",
                "measures": [each["kind"] for each in one.get("measures", ())],
            }
            for one in dispositions
        ],
        "opened_at": NOW.isoformat(), "change": change | {"move": "closed"},
    } | told  # fmt: skip
    return [*events, event("case.closed.v1", case, data, sequence=3)]


def direct(cadre: str, kind: str = "party_warning", **more: Any) -> dict[str, Any]:
    """A disposition of one who answers directly."""
    measure = {"kind": kind, "decided_on": "2026-02-13", "deciding_body": "county_discipline_commission"}
    return {"cadre": cadre, "responsibility": "direct", "measures": [measure | more]}


def _mask(name: str) -> str:
    return name if "某" in name else name[0] + "某" * (len(name) - 1)


def _card(cadre: str, name: str) -> Event:
    change = {"move": "registered", "at": NOW.isoformat(), "by": "office"}
    data = {
        "cadre": cadre, "name": name, "position": "施营社区党支部书记", "unit": "施营社区居委会", "area": AREA,
        "identity": ["party_member"], "active": True, "version": 1, "change": change,
    }  # fmt: skip
    return event("cadre.registered.v1", cadre, data)
