"""Aggregates as stored documents, and back. Days are kept as ISO text, times as UTC."""

from services.accountability.adapters.documents.assignments import (
    of_assignment,
    of_tally,
    of_unassigned,
    to_assignment,
    to_tally,
    to_unassigned,
)
from services.accountability.adapters.documents.cases import (
    of_case,
    of_case_finding,
    of_history,
    of_warning,
    to_case,
    to_warning,
)
from services.accountability.adapters.documents.clocks import of_clock, to_clock
from services.accountability.adapters.documents.execution import (
    of_appeal,
    of_submission,
    of_talk,
    to_appeal,
    to_submission,
    to_talk,
)
from services.accountability.adapters.documents.informants import (
    of_informant,
    of_informant_request,
    to_informant,
    to_informant_request,
)
from services.accountability.adapters.documents.measures import of_measure, to_measure
from services.accountability.adapters.documents.registers import (
    of_cadre,
    of_duty,
    to_cadre,
    to_duty,
    to_person,
    to_terms,
)

__all__ = [
    "of_appeal",
    "of_assignment",
    "of_cadre",
    "of_case",
    "of_case_finding",
    "of_clock",
    "of_duty",
    "of_history",
    "of_informant",
    "of_informant_request",
    "of_measure",
    "of_submission",
    "of_talk",
    "of_tally",
    "of_unassigned",
    "of_warning",
    "to_appeal",
    "to_assignment",
    "to_cadre",
    "to_case",
    "to_clock",
    "to_duty",
    "to_informant",
    "to_informant_request",
    "to_measure",
    "to_person",
    "to_submission",
    "to_talk",
    "to_tally",
    "to_terms",
    "to_unassigned",
    "to_warning",
]
