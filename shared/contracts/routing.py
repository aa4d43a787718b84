"""Who listens to whom: the binding keys of every queue, one list for each consuming service.

Reporting keeps the archive of everything said, so every type that is published has at least one queue.
"""

SERVICES = ("findings", "accountability", "notifications", "reporting")

SUBSCRIPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "findings": {
        "accountability": ("responsibility.assigned.*", "responsibility.corrected.*", "case.#"),
    },
    "accountability": {
        "findings": ("finding.#",),
        "notifications": ("notice.signed.*", "notice.refused.*"),
    },
    "notifications": {
        "findings": (
            "finding.reported.*",
            "finding.returned.*",
            "finding.closed.*",
            "finding.blocked.*",
            "finding.resumed.*",
            "finding.extended.*",
            "finding.dispute_decided.*",
            "finding.withdrawn.*",
            "finding.overdue.*",
            "clock.#",
        ),
        "reporting": ("bulletin.#",),
        "accountability": (
            "cadre.#",
            "responsibility.#",
            "warning.#",
            "case.#",
            "measure.#",
            "talk.#",
            "appeal.#",
            "clock.#",
        ),
    },
    "reporting": dict.fromkeys(SERVICES, ("#",)),
}
