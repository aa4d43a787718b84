"""A finding as the database keeps it: its document, and what time and people find it by."""

from collections.abc import Iterator

from services.findings.adapters.documents import Document, reach_of, to_document
from services.findings.domain.desks import Desks, Task
from services.findings.domain.finding import Finding


def kept(finding: Finding, desks: Desks) -> Document:
    """With the moment at which time will have to say something, and the desks it lies on."""
    task = desks.task(finding)
    return {
        **to_document(finding),
        "wake_at": desks.clocks.wake_at(finding),
        "desks": [] if task is None else [*_desks(finding, task[0])],
        "desk_at": None if task is None else task[1],
    }


def desk(task: Task, whose: str) -> str:
    """The desk of a team or of those of an area, for one kind of task."""
    return f"{task} {whose}"


def _desks(finding: Finding, task: Task) -> Iterator[str]:
    """A report lies before the team; the office of the area looks over its shoulder."""
    if task in (Task.VERIFY, Task.REVISIT):
        yield desk(task, finding.facts.team)
    if task is not Task.REVISIT:
        yield from (desk(task, code) for code in reach_of(finding.facts))
