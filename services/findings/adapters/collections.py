"""The names of the collections that more than one adapter reads."""

FINDINGS, HISTORY, CASES = "findings", "history", "cases"
RESPONSIBLE = "responsible"
POSTINGS = "postings"
