"""Dashboard and alerts speak of metrics that exist, by labels that they have, and of all of them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram

from shared.observability import metrics

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana/duze.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
SCRAPED = {"job", "instance", "service", "role"}
"""Labels that Prometheus adds."""
_SUFFIX = re.compile(r"_(bucket|sum|count)$")


def _panels() -> list[dict[str, Any]]:
    return [one for one in DASHBOARD["panels"] if one["type"] != "row"]


def _shown() -> list[str]:
    return [target["expr"] for panel in _panels() for target in panel["targets"]]


def _alerting() -> list[str]:
    return [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]


def _known() -> dict[str, set[str]]:
    """Metric -> its labels."""
    known = {name: set(labels) for name, (_, labels) in metrics.STATE.items()}
    for one in vars(metrics).values():
        if isinstance(one, Counter):
            known[f"{one._name}_total"] = set(one._labelnames)
        elif isinstance(one, Histogram):
            known[one._name] = {*one._labelnames, "le"}
    return known


def _named(expression: str) -> set[str]:
    return {_SUFFIX.sub("", name) for name in re.findall(r"\bduze_\w+", expression)}


@pytest.mark.parametrize("expression", [*_shown(), *_alerting()])
def test_what_is_asked_for_exists_and_has_the_labels_it_is_asked_by(expression: str) -> None:
    known, named = _known(), _named(expression)
    assert named <= set(known)
    labels = SCRAPED.union(*(known[name] for name in named))
    grouped = {one.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for one in by.split(",")}
    matched = set(re.findall(r"[{,]\s*(\w+)\s*[=!]", expression))
    assert grouped | matched <= labels
    assert 'job="duze"' in expression


def test_the_dashboard_shows_every_metric() -> None:
    assert set().union(*map(_named, _shown())) == set(_known())


def test_each_panel_has_its_place_its_title_and_the_provisioned_source() -> None:
    source = yaml.safe_load(
        (DEPLOY / "grafana/provisioning/datasources/duze.yml").read_text(encoding="utf-8")
    )
    (uid,) = [one["uid"] for one in source["datasources"]]
    panels = DASHBOARD["panels"]
    assert len({one["id"] for one in panels}) == len({one["title"] for one in panels}) == len(panels)
    asked = [target["datasource"]["uid"] for panel in _panels() for target in panel["targets"]]
    assert {panel["datasource"]["uid"] for panel in _panels()} | set(asked) == {uid}
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + column, place["y"] + line)
            for column in range(place["w"])
            for line in range(place["h"])
        }
        assert not cells & taken
        taken |= cells
