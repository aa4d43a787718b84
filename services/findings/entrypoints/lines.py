"""A batch's body as lines, one at a time: the body is held once, its content never all together.

A further format is a further reader in the table.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from services.findings.application.columns import Column, Sheet
from shared.http import jsonbody, tables
from shared.http.problems import Errors, Problem, invalid

T = TypeVar("T")
MOST_LINES = 10_000
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(r"[ \t\r\n]*")
_SCANNER = json.JSONDecoder()
_BREATH = 25


@dataclass(frozen=True, slots=True)
class Line:
    """One line by its number, from 1; `errors` when it cannot be read. `said` words later errors for its writer."""

    number: int
    value: Any
    errors: Errors | None = None
    said: Callable[[Errors], Errors] = dict


Reader = Callable[[bytes], Iterator[tuple[int, bytes]]]


def ndjson(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank; blank ones count, so that numbers are those an editor shows."""
    start, number = 0, 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        number += 1
        line = body[start:end].strip()
        if line:
            yield number, line
        start = end + 1


def array(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element of a JSON array.

    Raises:
        Problem: 400 when the body as a whole is not one.
    """
    try:
        text = body.decode()
        at, number = _past(text, 0, "["), 0
        while number or text[at : at + 1] != "]":
            _, end = _SCANNER.raw_decode(text, at)
            number += 1
            yield number, text[at:end].encode("utf-8", "surrogatepass")
            at = _skip_blank(text, end)
            if text[at : at + 1] == "]":
                break
            at = _past(text, at, ",")
        if _past(text, at, "]") != len(text):
            raise _malformed("something follows the array")
    except UnicodeDecodeError as exc:
        raise _malformed(f"the body is not UTF-8 (byte {exc.start})") from None
    except json.JSONDecodeError as exc:
        raise _malformed(f"{exc.msg} (character {exc.pos})") from None
    except RecursionError:
        raise _malformed("nested too deeply") from None
    except ValueError:
        # What remains is Python's own limit on the digits of a number.
        raise _malformed("a number has too many digits") from None


READERS: dict[str, Reader] = {"application/x-ndjson": ndjson, "application/json": array}
CONTENT_TYPES = (*READERS, tables.CSV, tables.XLSX)


def read(
    content_type: str, body: bytes, sheet: Sheet, breathe: Callable[[], None], most: int = MOST_LINES
) -> Iterator[Line]:
    """The lines of a batch, at most so many. Before the first one, shape and length of the body are known to be right.

    `breathe` is called now and then: reading a long batch must not keep others waiting.

    Raises:
        Problem: 415 for an empty body of no type, 400 for one without the right shape, 422 for one with too many lines.
    """
    if content_type in (tables.CSV, tables.XLSX):
        return _of_table(content_type, body, sheet, breathe, most)
    if content_type not in READERS:
        raise Problem(415, "unsupported_media_type", f"send {' or '.join(CONTENT_TYPES)}")
    reader, body = READERS[content_type], body.removeprefix(_BOM)
    count = 0
    for count, _ in enumerate(reader(body), 1):
        if count > most:
            raise too_many(most)
        if count % _BREATH == 0:
            breathe()
    return _parsed(reader(body), breathe)


def _parsed(lines: Iterator[tuple[int, bytes]], breathe: Callable[[], None]) -> Iterator[Line]:
    for count, (number, raw) in enumerate(lines, 1):
        yield _line(number, raw)
        if count % _BREATH == 0:
            breathe()


def _of_table(
    content_type: str, body: bytes, sheet: Sheet, breathe: Callable[[], None], most: int
) -> Iterator[Line]:
    rows: list[tables.Row] = []
    for count, row in enumerate(tables.rows(content_type, body)):
        if count > most:
            raise too_many(most)
        if count % _BREATH == 0:
            breathe()
        rows.append(row)
    header = sheet.header(rows[0].cells if rows else ())
    return (_row(sheet, header, row) for row in rows[1:])


def _row(sheet: Sheet, header: Mapping[int, Column], row: tables.Row) -> Line:
    value, errors = sheet.read(header, row.cells)
    return Line(row.number, value, errors or None, sheet.labelled)


def chunks(found: Iterable[T], size: int) -> Iterator[list[T]]:
    """What is found, so many at a time."""
    left = iter(found)
    while chunk := list(islice(left, size)):
        yield chunk


def too_many(most: int) -> Problem:
    """A batch is too long."""
    return invalid({"body": [f"a batch has at most {most} lines; send the rest in another"]})


def _line(number: int, raw: bytes) -> Line:
    try:
        value = jsonbody.loads(raw)
        fault = jsonbody.unkeepable(raw, value)
    except jsonbody.JsonError as exc:
        return Line(number, None, {"line": [str(exc)]})
    if fault:
        return Line(number, None, {fault[0] or "line": [fault[1]]})
    return Line(number, value)


def _skip_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _past(text: str, at: int, mark: str) -> int:
    """The next place after `mark` and blanks around it."""
    at = _skip_blank(text, at)
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"expected {mark}", text, at)
    return _skip_blank(text, at + 1)


def _malformed(why: str) -> Problem:
    return Problem(400, "malformed_json", f"not a JSON array: {why}")
