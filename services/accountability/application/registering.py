"""Entering cadres and duties, one at a time or as rows of a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.accountability.application.cadre_csv import CadreRow, DutyCells
from services.accountability.application.commands import PutCadre, PutDuty
from services.accountability.application.ports import Work
from services.accountability.domain.errors import ForbiddenError, InvalidError
from services.accountability.domain.registers import Cadre, CadreCard, Duty, DutyTerms
from shared.contracts.claims import Claims

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"
_ORDER = (UNCHANGED, UPDATED, CREATED)
_STATUS = {CREATED: 201, UPDATED: 200, UNCHANGED: 200}
OUTSIDE = "lies outside of your area"


def batches(rows: Sequence[CadreRow], size: int = 200) -> Iterator[list[CadreRow]]:
    """Rows in batches for one transaction each; those of one id stay together, in their order."""
    by_id: dict[str, list[CadreRow]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    batch: list[CadreRow] = []
    for group in by_id.values():
        batch += group
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


class Registering:
    """The office's two registers. What says nothing new changes nothing and tells nobody."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def put_cadre(self, work: Work, command: PutCadre) -> tuple[Cadre, bool]:
        """Enter a cadre; also whether he is new."""
        _check_area(command.by, command.card.area)
        cadre = work.cadres.get(command.id)
        if cadre is not None:
            _check_area(command.by, cadre.card.area)
        command.seen(cadre.version if cadre else 0)
        cadre, outcome = self._cadre(work, command.id, command.card)
        if outcome != UNCHANGED:
            work.registers_changed()
        return cadre, outcome == CREATED

    def put_duty(self, work: Work, command: PutDuty) -> tuple[Duty, bool]:
        """Enter a duty; also whether it is new."""
        if work.cadres.get(command.terms.cadre) is None:
            raise InvalidError({"cadre": ["no cadre has this id"]})
        command.terms.check()
        _check_area(command.by, command.terms.area)
        duty = work.duties.get(command.id)
        if duty is not None:
            _check_area(command.by, duty.terms.area)
        command.seen(duty.version if duty else 0)
        duty, outcome = self._duty(work, command.id, command.terms)
        if outcome != UNCHANGED:
            work.registers_changed()
        return duty, outcome == CREATED

    def import_rows(self, work: Work, rows: Sequence[CadreRow], by: Claims) -> list[dict[str, Any]]:
        """Enter the rows of a file; what became of each, as plain values."""
        work.cadres.load(row.id for row in rows)
        work.duties.load(row.duty.id for row in rows if row.duty)
        results = [self._row(work, row, by) for row in rows]
        if any(result["result"] in (CREATED, UPDATED) for result in results):
            work.registers_changed()
            work.record("POST /cadres/import", f"{len(rows)} rows")
        return results

    def _row(self, work: Work, row: CadreRow, by: Claims) -> dict[str, Any]:
        known = work.cadres.get(row.id)
        errors = _outside(row, known, work.duties.get(row.duty.id) if row.duty else None, by)
        if errors:
            return {"line": row.line, "id": row.id, "status": 403, "result": REJECTED, "errors": errors}
        active = known.card.active if known else True
        outcomes = [self._cadre(work, row.id, replace(row.card, active=active))[1]]
        if row.duty:
            duty = work.duties.get(row.duty.id)
            outcomes.append(self._duty(work, row.duty.id, _terms(row.id, row.duty, duty))[1])
        result = max(outcomes, key=_ORDER.index)
        return {"line": row.line, "id": row.id, "status": _STATUS[result], "result": result}

    def _cadre(self, work: Work, cadre_id: str, card: CadreCard) -> tuple[Cadre, str]:
        at = self._now()
        cadre = work.cadres.get(cadre_id)
        if cadre is None:
            cadre, outcome = Cadre.register(cadre_id, card, at), CREATED
        else:
            outcome = UPDATED if cadre.enter(card, at) else UNCHANGED
        if outcome != UNCHANGED:
            work.cadres.save(cadre)
        return cadre, outcome

    def _duty(self, work: Work, duty_id: str, terms: DutyTerms) -> tuple[Duty, str]:
        at = self._now()
        duty = work.duties.get(duty_id)
        if duty is None:
            duty, outcome = Duty.register(duty_id, terms, at), CREATED
        else:
            outcome = UPDATED if duty.enter(terms, at) else UNCHANGED
        if outcome != UNCHANGED:
            work.duties.save(duty)
        return duty, outcome


def _check_area(by: Claims, area: str) -> None:
    if not by.covers(area):
        raise ForbiddenError(OUTSIDE)


def _outside(row: CadreRow, cadre: Cadre | None, duty: Duty | None, by: Claims) -> dict[str, list[str]]:
    areas = {"area": [row.card.area, *([cadre.card.area] if cadre else [])]}
    if row.duty:
        areas["duty_area"] = [row.duty.area, *([duty.terms.area] if duty else [])]
    return {
        column: [OUTSIDE] for column, codes in areas.items() if not all(by.covers(code) for code in codes)
    }


def _terms(cadre: str, cells: DutyCells, known: Duty | None) -> DutyTerms:
    """The duty of a row; what the file has no column for stays as it is known."""
    terms = known.terms if known else DutyTerms(cadre, cells.area, cells.role)
    terms = replace(terms, cadre=cadre, area=cells.area, role=cells.role, place_kinds=cells.place_kinds)
    return replace(terms, **cells.optional)
