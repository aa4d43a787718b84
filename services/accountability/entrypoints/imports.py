"""Importing the office's file: the good rows in transactions of their own, the bad ones explained."""

from collections import Counter
from typing import Any

from services.accountability.application.cadre_csv import CadreRow
from services.accountability.application.registering import REJECTED, batches
from shared.http.request import Request


def import_cadres(app: Any, request: Request) -> dict[str, Any]:
    """What became of every row of the body."""
    rows = app.read_cadres(request.body)
    good = [row for row in rows if isinstance(row, CadreRow)]
    results = [
        {"line": row.line, "id": row.id, "status": 422, "result": REJECTED, "errors": row.errors}
        for row in rows
        if not isinstance(row, CadreRow)
    ]
    for number, batch in enumerate(batches(good)):
        results += request.transact(_act(app, batch, request), part=number)
    counted = Counter(result["result"] for result in results)
    counts = {name: counted[name] for name in ("created", "updated", "unchanged", "rejected")}
    return {**counts, "results": sorted(results, key=lambda result: result["line"])}


def _act(app: Any, batch: list[CadreRow], request: Request) -> Any:
    return lambda work: app.do.import_rows(work, batch, request.claims)
