"""Contacts as the office enters them: one by one, or from a file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.notifications.application import scope
from services.notifications.application.commands import Entry, ImportContacts, SetContact
from services.notifications.application.ports import Work
from services.notifications.domain import recipients
from services.notifications.domain.contact import KINDS, Channel, Contact, fault
from services.notifications.domain.errors import ForbiddenError, InvalidError
from shared.contracts.claims import Claims

COLUMNS = ("cadre", "kind", "address")
MOST_ROWS = 10_000
LONGEST_ID = 100
Result = dict[str, Any]


@dataclass(slots=True)
class ContactFile:
    """A file's good rows, those of one recipient and kind together; and what is wrong with the others, by line."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Result] = field(default_factory=list)


def read_file(content: bytes) -> ContactFile:
    """Read a CSV in UTF-8, with or without BOM, or GB18030; empty rows are skipped. Line 1 is the header.

    Raises:
        InvalidError: it is no such file at all.
    """
    rows = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise InvalidError({name: ["the column is missing"] for name in missing})
        lines = [
            (rows.line_num, dict(zip(header, row, strict=False))) for row in rows if any(map(str.strip, row))
        ]
    except csv.Error as exc:
        raise InvalidError({"body": [f"line {rows.line_num} is no CSV ({exc})"]}) from exc
    if len(lines) > MOST_ROWS:
        raise InvalidError({"body": [f"holds more than {MOST_ROWS} rows"]})
    return _sorted(lines)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidError({"body": ["is a text neither in UTF-8 nor in GB18030"]})


def _sorted(lines: list[tuple[int, dict[str, str]]]) -> ContactFile:
    file = ContactFile()
    good: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for line, row in lines:
        cadre, kind, address = (row.get(name, "").strip() for name in COLUMNS)
        errors = _faults(cadre, kind, address)
        if errors:
            file.rejected.append({"line": line, "cadre": cadre[:LONGEST_ID], "status": 422, "errors": errors})
        else:
            good.setdefault((cadre, kind), []).append((line, address))
    for (cadre, kind), found in good.items():
        addresses = tuple(dict.fromkeys(address for _, address in found if address))
        file.entries.append(Entry(cadre, kind, addresses, tuple(line for line, _ in found)))
    # One recipient's entries beside each other, so that a chunk of them is one read and one write.
    file.entries.sort(key=lambda entry: entry.cadre)
    return file


def _faults(cadre: str, kind: str, address: str) -> dict[str, list[str]]:
    errors = id_faults(cadre)
    if kind not in KINDS:
        return errors | {"kind": [f"must be one of {', '.join(KINDS)}"]}
    wrong = fault(kind, address)
    return errors if wrong is None else errors | {"address": [wrong]}


def id_faults(cadre: str) -> dict[str, list[str]]:
    """What is wrong with the id of a recipient."""
    if not cadre or len(cadre) > LONGEST_ID or not cadre.isprintable():
        return {"cadre": [f"must have 1 to {LONGEST_ID} printable characters"]}
    if not recipients.is_recipient(cadre):
        return {"cadre": ["is no cadre's id, unit:<code>, team:<code> or office"]}
    return {}


def set_contact(work: Work, command: SetContact, now: datetime) -> Contact:
    """Enter a contact, whole; one that says what is known already changes nothing."""
    errors = id_faults(command.cadre)
    for place, channel in enumerate(command.channels):
        wrong = fault(channel.kind, channel.address)
        if wrong is not None:
            errors[f"channels.{place}.address"] = [wrong]
    if errors:
        raise InvalidError(errors)
    known = work.contacts.get(command.cadre)
    contact = known or _new(command.cadre, command.by, now)
    scope.require_contact(command.by, contact.area)
    if known is not None:
        command.require_version(known.version)
    channels = [
        Channel(
            one.kind,
            one.address,
            contact.is_verified(one.kind, one.address) if one.verified is None else one.verified,
            command.by.area,
        )
        for one in command.channels
    ]
    if contact.replace(channels, command.quiet_hours, command.digest, now) or known is None:
        contact.version = contact.version or 1
        work.contacts.save(contact)
    return contact


def import_contacts(work: Work, command: ImportContacts, now: datetime) -> list[Result]:
    """Enter what a part of a file holds; the outcome of each of its lines."""
    work.contacts.get_many({entry.cadre for entry in command.entries})
    return [result for entry in command.entries for result in _entered(work, entry, command, now)]


def _entered(work: Work, entry: Entry, command: ImportContacts, now: datetime) -> Iterator[Result]:
    known = work.contacts.get(entry.cadre)
    contact = known or _new(entry.cadre, command.by, now)
    outcome: Result
    try:
        scope.require_contact(command.by, contact.area)
    except ForbiddenError as exc:
        outcome = {"status": 403, "errors": {"cadre": [str(exc)]}}
    else:
        changed = contact.enter(entry.kind, entry.addresses, command.by.area, now)
        if changed:
            work.contacts.save(contact)
        outcome = {"status": 200 if known else 201, "changed": changed}
    for line in entry.lines:
        yield {"line": line, "cadre": entry.cadre, **outcome}


def _new(cadre: str, by: Claims, now: datetime) -> Contact:
    return Contact(cadre, scope.home_of(cadre, by), now, now)


def summary(results: list[Result]) -> Result:
    """The answer to an import: how many rows of each outcome, and the rows in their order."""
    rows = sorted(results, key=lambda row: int(row["line"]))
    changes = [row.pop("changed", False) for row in rows]
    good = [row["status"] < 400 for row in rows]
    created = [row["status"] == 201 for row in rows]
    return {
        "created": sum(created),
        "updated": sum(c and g and not n for c, g, n in zip(changes, good, created, strict=True)),
        "unchanged": sum(g and not c for c, g in zip(changes, good, strict=True)),
        "rejected": len(rows) - sum(good),
        "results": rows,
    }
