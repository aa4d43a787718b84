"""The filters that the lists of findings and the ledger share, as the benchmarks ask them."""

FILTERS = {
    "all": "",
    "area": "area=990100001",
    "status": "status=reported",
    "category": "category=hygiene",
    "severity": "severity=serious",
    "team": "team=T05",
    "method": "method=inspection",
    "overdue": "overdue=true",
    "group": "group=B3",
    "source_ref": "source_ref=bench-77",
    "number": "number=督〔2025〕77号",
    "unit": "unit=990100001",
    "due_before": "due_before=2025-01-10",
    "updated_since": "updated_since=2099-01-01",
    "responsible": "responsible=C001",
    "from-to": "from=2025-01-03&to=2025-01-03",
    "posted on a day": "date=posted&from=2025-01-03&to=2025-01-03",
    "closed on a day": "date=closed&from=2025-01-05&to=2025-01-05",
    "q": "q=测温枪",
    "q, nothing": "q=没有的词",
}
