"""The service's collections and their indexes. The unique ones are the last line against doing things twice."""

from shared.persistence.derived import Derivation
from shared.persistence.indexes import KERNEL_INDEXES, Index

CADRES = "cadres"
DUTIES = "duties"
REGISTERS = "registers"
ASSIGNMENTS = "assignments"
UNASSIGNED = "unassigned"
WARNINGS = "warnings"
TALLIES = "tallies"
CASES = "cases"
CASE_FINDINGS = "case_findings"
CASE_HISTORY = "case_history"
MEASURES = "measures"
TALKS = "talks"
SUBMISSIONS = "submissions"
APPEALS = "appeals"
CLOCKS = "clocks"
INFORMANTS = "informants"
INFORMANT_REQUESTS = "informant_requests"

DERIVATION = Derivation(
    counted={
        ASSIGNMENTS: ("area", "historical", "people"),
        UNASSIGNED: ("area", "missing"),
        WARNINGS: (),
    }
)

NEWEST = (("created_at", -1), ("_id", -1))

INDEXES = (
    *KERNEL_INDEXES,
    Index(CADRES, NEWEST),
    Index(CADRES, [("area", 1)]),
    Index(DUTIES, NEWEST),
    Index(DUTIES, [("area", 1)]),
    Index(DUTIES, [("cadre", 1)]),
    Index(ASSIGNMENTS, NEWEST),
    # The findings behind a repetition.
    Index(ASSIGNMENTS, [("tallies", 1), ("day", 1)]),
    # What a person answers for.
    Index(ASSIGNMENTS, [("responsible.cadre", 1), ("day", -1)]),
    Index(UNASSIGNED, NEWEST),
    Index(UNASSIGNED, [("area", 1)]),
    Index(UNASSIGNED, [("missing", 1), ("area", 1)]),
    Index(UNASSIGNED, [("finding", 1)], unique=True),
    # What is to be tried again.
    Index(UNASSIGNED, [("tried", 1), ("_id", 1)]),
    Index(WARNINGS, [("finding", 1), ("cadre", 1), ("rule", 1)], unique=True, partial={"standing": True}),
    Index(WARNINGS, NEWEST),
    Index(WARNINGS, [("finding", 1)]),
    Index(WARNINGS, [("cadre", 1), *NEWEST]),
    Index(WARNINGS, [("area", 1)]),
    # Objections that wait for a decision.
    Index(WARNINGS, [("created_at", 1), ("_id", 1)], partial={"status": "objected"}),
    Index(CASES, NEWEST),
    Index(CASES, [("status", 1), *NEWEST]),
    Index(CASES, [("persons.cadre", 1), *NEWEST]),
    Index(CASES, [("scope", 1)]),
    # What is handled elsewhere and is to be asked after.
    Index(CASES, [("elsewhere_due", 1)]),
    Index(CASES, [("elsewhere_next", 1)]),
    # A finding has at most one unfinished case.
    Index(CASE_FINDINGS, [("finding", 1)], unique=True, partial={"unfinished": True}),
    Index(CASE_FINDINGS, [("finding", 1), ("case", 1)]),
    Index(CASE_FINDINGS, [("case", 1)]),
    Index(CASE_HISTORY, [("case", 1), ("at", -1), ("_id", -1)]),
    Index(MEASURES, NEWEST),
    Index(MEASURES, [("case", 1), *NEWEST]),
    Index(MEASURES, [("cadre", 1), *NEWEST]),
    Index(MEASURES, [("kind", 1), *NEWEST]),
    # What is still to be done.
    Index(MEASURES, [("unfinished", 1)]),
    # Whose effect ends.
    Index(MEASURES, [("status", 1), ("effect_until", 1)]),
    Index(INFORMANT_REQUESTS, [("case", 1), *NEWEST]),
    Index(INFORMANT_REQUESTS, [("created_at", 1), ("_id", 1)], partial={"status": "pending"}),
    Index(TALKS, [("measure", 1)], unique=True),
    # Who is to be visited again.
    Index(TALKS, [("follow_up_waits", 1)]),
    Index(SUBMISSIONS, [("status", 1)]),
    Index(APPEALS, NEWEST),
    Index(APPEALS, [("open", 1)]),
    Index(APPEALS, [("measure", 1)], unique=True),
    Index(APPEALS, [("cadre", 1), *NEWEST]),
    Index(APPEALS, [("case", 1), *NEWEST]),
    Index(CLOCKS, NEWEST),
    Index(CLOCKS, [("about", 1), ("rule", 1)]),
    Index(CLOCKS, [("case", 1)]),
    Index(CLOCKS, [("scope", 1), ("due_on", 1)]),
    Index(CLOCKS, [("running", 1), ("due_at", 1)]),
    # Of which something is to be told.
    Index(CLOCKS, [("wake_at", 1)]),
)
