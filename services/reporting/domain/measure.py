"""Measures 处理措施 as statistics count them, by the four forms 四种形态: by their newest event."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.domain.fact import News

TIERS = {"1": "第一种形态", "2": "第二种形态", "3": "第三种形态", "4": "第四种形态"}
_LIFTED = ("revoked", "varied")
_KEPT = ("case", "cadre", "kind", "tier", "decided_on", "status", "restricted")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`served`: the person knows of it. A restricted one exists for its handlers and the auditor only."""

    id: str
    sequence: int
    case: str
    cadre: str
    kind: str
    tier: int
    decided_on: str
    status: str
    restricted: bool
    served: bool
    handlers: tuple[str, ...]
    areas: tuple[str, ...]

    def key(self, by: str) -> str:
        """Where it counts."""
        return self.decided_on[:7] if by == "month" else str(getattr(self, by))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFilters:
    """`reach` and `area` are those of the findings; days are of the decision. `handler` None: whoever reads all."""

    reach: str
    area: str | None
    since: date | None
    until: date | None
    served_only: bool
    handler: str | None


def speaks_of_a_measure(news: News) -> bool:
    return news.type.startswith("measure.")


def told_of_measure(news: News) -> Measure:
    """What the event says of the measure."""
    data = news.data
    return Measure(
        id=data["measure"],
        sequence=news.sequence,
        **{name: data[name] for name in _KEPT},
        served=data.get("served") is not None,
        handlers=tuple(data.get("handlers") or ()),
        areas=tuple(data["areas"]),
    )


def shows(filters: MeasureFilters, measure: Measure) -> bool:
    """Whether a measure is counted. Says what every query over measures must mean."""
    if filters.served_only and not measure.served:
        return False
    if measure.restricted and filters.handler is not None and filters.handler not in measure.handlers:
        return False
    within = max(filters.reach, filters.area or "", key=len)
    if not any(area.startswith(within) for area in measure.areas):
        return False
    since, until = filters.since, filters.until
    return (since is None or since.isoformat() <= measure.decided_on) and (
        until is None or measure.decided_on <= until.isoformat()
    )


def tabulated(measures: Iterable[Measure], by: str, name: Callable[[str], str]) -> list[Row]:
    """A row for each key, in their order."""
    groups: Mapping[str, list[Measure]] = _grouped(measures, by)
    return [{"key": key, "name": name(key), **counted(groups[key])} for key in sorted(groups)]


def counted(measures: Iterable[Measure]) -> Row:
    """`measures` stand; those that were revoked or varied are counted apart. `people`: whom those that stand are on."""
    measures = list(measures)
    standing = [one for one in measures if one.status not in _LIFTED]
    return {
        "measures": len(standing),
        "people": len({one.cadre for one in standing}),
        "cases": len({one.case for one in standing}),
        "served": sum(one.served for one in standing),
        "revoked": len(measures) - len(standing),
    }


def _grouped(measures: Iterable[Measure], by: str) -> Mapping[str, list[Measure]]:
    groups: dict[str, list[Measure]] = defaultdict(list)
    for one in measures:
        groups[one.key(by)].append(one)
    return groups
