"""measures.yaml: the county's kinds of measures and the law of them, as the domain's values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.accountability.adapters.county import load
from services.accountability.adapters.county_measures_schemas import MeasuresSchema
from services.accountability.domain.effect import Combining
from services.accountability.domain.legality import Legality, Procedure, Rule
from services.accountability.domain.measure_kinds import (
    Family,
    MeasureKind,
    MeasureKinds,
    Prohibition,
    Source,
)
from shared.contracts.vocabulary import Vocabulary

MEASURES_FILE = "measures.yaml"
_SETS = ("families", "kinds", "holds", "lacks", "bodies")


def load_legality(folder: str | Path, vocabulary: Vocabulary) -> Legality:
    """The county's table of what the law allows.

    Raises:
        DataFileError: naming file, line and what is wrong there, for every fault.
    """
    data = load(Path(folder) / MEASURES_FILE, MeasuresSchema(), vocabulary)
    kinds = [_kind(row, vocabulary) for row in data["kinds"]]
    families = [_family(row) for row in data["families"]]
    return Legality(
        MeasureKinds(kinds),
        {family.id: family for family in families},
        [_prohibition(row) for row in data["prohibitions"]],
        _procedure(data["procedure"]),
        data["texts"],
        vocabulary.label,
    )


def _kind(row: dict[str, Any], vocabulary: Vocabulary) -> MeasureKind:
    law, rest = _law(row)
    lists: dict[str, Any] = {name: tuple(rest.pop(name)) for name in ("recipients", "deciding_bodies")}
    return MeasureKind(**rest, **lists, zh=vocabulary.label("measure", row["kind"]), law=law)


def _family(row: dict[str, Any]) -> Family:
    law, rest = _law(row)
    return Family(
        id=rest["id"],
        zh=rest["zh"],
        combinable_with=frozenset(rest["combinable_with"]),
        combining=Combining(**rest["combining"]),
        law=law,
    )


def _prohibition(row: dict[str, Any]) -> Prohibition:
    law, rest = _law(row)
    sets: dict[str, Any] = {name: frozenset(rest.pop(name)) for name in _SETS}
    return Prohibition(**rest, **sets, law=law)


def _procedure(rows: Mapping[str, Any]) -> Procedure:
    investigators, never_heavier = rows["investigators"], rows["never_heavier"]
    return Procedure(investigators["fewest"], _rule(investigators), _rule(never_heavier))


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(row["text"], _law(row)[0])


def _law(row: dict[str, Any]) -> tuple[Source, dict[str, Any]]:
    """The row's source, and the rest of it."""
    rest = dict(row)
    law = Source(**{name: rest.pop(name) for name in ("article", "source", "valid_from", "verified")})
    return law, rest
