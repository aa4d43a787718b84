"""What a person may do himself, the commission may record from paper: with its day, and where its scan is."""

from datetime import date

from services.accountability.domain.errors import InvalidError
from services.accountability.domain.warning import Paper
from shared.contracts.claims import Claims


def check_paper(paper: Paper | None, by: Claims, today: date, *, needed: bool) -> None:
    """Refuse paper from the person himself, and `needed` paper that is not there.

    Raises:
        InvalidError: naming the field.
    """
    if by.role == "cadre" and paper is not None:
        raise InvalidError({"paper": ["is for what the commission records: write it yourself"]})
    if by.role != "cadre" and paper is None and needed:
        raise InvalidError({"paper": ["say on which day it was handed in, and where its scan is kept"]})
    if paper is not None and paper.on > today:
        raise InvalidError({"paper.on": ["lies in the future"]})
