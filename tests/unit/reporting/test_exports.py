"""The ledger as files: every column, harmless texts, dates as dates, totals that are those of the rows."""

import csv
import fcntl
import io
import os
import socket
import struct
import sys
import tempfile
import termios
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from services.reporting.adapters.ledger_columns import load_columns
from services.reporting.adapters.sheets.csv_writer import CsvWriter
from services.reporting.adapters.sheets.xlsx_writer import XlsxWriter
from services.reporting.application.exports import LedgerExports
from services.reporting.application.ports import LedgerStore
from services.reporting.application.totals import HEADER
from services.reporting.domain.calendar import day_of
from services.reporting.domain.columns import FIELDS
from services.reporting.domain.errors import ForbiddenError, InvalidError, RenderingError
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import matches
from services.reporting.domain.view import view
from services.reporting.entrypoints.schemas import LedgerRow
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from shared.persistence.ids import new_id
from tests.support.eventually import eventually
from tests.unit.reporting.world import AREAS, COUNTY, ROOT, TOWNSHIP, VOCABULARY, World, assigned, life, moved

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
COLUMNS = load_columns(ROOT / "deploy/county")
OFFICE = Claims(sub="office-1", role="office", area=COUNTY)
FILTERS = dict.fromkeys(
    (
        "area", "status", "category", "severity", "team", "method", "overdue", "responsible", "group", "source_ref",
        "number", "unit", "due_before", "q", "since", "until", "updated_since", "as_of",
    )
) | {"date": "found"}  # fmt: skip
NASTY = '=HYPERLINK("http://x","y")<script>𠮷' + "字" * 2000


class _Store:
    """Facts of a world in memory, as the ledger's store tells them."""

    def __init__(self, world):
        self.world = world
        self.given = 0

    def count(self, filters, now):
        return sum(matches(filters, fact, view(fact), now) for fact in self.world.facts().values())

    def each(self, filters, now):
        for fact in sorted(self.world.facts().values(), key=lambda one: one.id, reverse=True):
            if matches(filters, fact, view(fact), now):
                self.given += 1
                yield fact

    def posted_before(self, filters, moment, limit, cursor):
        ids = [one for one in sorted(self.world.facts(), reverse=True) if cursor is None or one < cursor]
        return ids[:limit], ids[limit - 1] if len(ids) > limit else None

    def told_before(self, findings, moment):
        told = [event for event in self.world.archived() if event.time < moment]
        return {finding: [one for one in told if one.data.get("finding") == finding] for finding in findings}


class _Log:
    """All that was told, in its order."""

    def __init__(self):
        self.told = []

    def tell(self, export):
        self.told.append(export)

    def of(self, sub, limit):
        newest = {one.id: one for one in self.told if one.sub == sub}
        return [newest[key] for key in sorted(newest, reverse=True)][:limit]


def exports(*events, writers=None, log=None):
    world = World()
    world.deliver(*events)
    made = writers or {"xlsx": XlsxWriter(), "csv": CsvWriter()}
    return exports_of(cast(LedgerStore, _Store(world)), made, log or _Log())


def exports_of(store, writers, log):
    return LedgerExports(store, writers, COLUMNS, VOCABULARY, AREAS, lambda: NOW, log, new_id)


def file(of, ending, by=OFFICE, **asked):
    spooled = of.file(ending, FILTERS | asked, by)
    return b"".join(spooled.chunks), spooled.rows


def table(of, **asked):
    """The rows of the CSV by the fields of its columns."""
    content, rows = file(of, "csv", **asked)
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == [column.label for column in COLUMNS]
    assert len(lines) == rows
    return [dict(zip([column.field for column in COLUMNS], line, strict=True)) for line in lines]


def workbook(of, **asked):
    return openpyxl.load_workbook(io.BytesIO(file(of, "xlsx", **asked)[0]))


def cell(book, field, row=2):
    place = [column.field for column in COLUMNS].index(field) + 1
    return book.worksheets[0].cell(row, place)


def test_every_field_of_a_row_has_a_column():
    nested = {
        "place": ("place.name", "place.kind"),
        "flags": ("flags.overdue", "flags.supervised", "flags.referred"),
    }
    wanted = {one for name in LedgerRow().fields for one in nested.get(name, (name,))}
    assert wanted == FIELDS == {column.field for column in COLUMNS}


def test_the_csv_has_the_words_of_the_county_and_a_bom():
    of = exports(*life("f-1", begin=NOW - timedelta(days=3)))
    assert file(of, "csv")[0].startswith(b"\xef\xbb\xbf")
    (row,) = table(of)
    assert row["status"] == VOCABULARY.label("finding_status", "closed")
    assert row["severity"] == VOCABULARY.label("severity", "moderate")
    assert row["units"] == AREAS.name(TOWNSHIP)
    assert row["responsible"].startswith("C001(直接责任人)、C004(")
    assert (row["deadline"], row["immediate"], row["suggestion"]) == ("2026-03-03", "否", "")
    assert row["posted_at"] == "2026-03-07 09:00:00"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_of_the_csv_begins_a_formula(begin):
    (row,) = table(exports(moved("f-1", description=f"{begin}1+1", group=f"{begin}A1")))
    assert row["description"] == f"'{begin}1+1"
    assert row["group"] == f"'{begin}A1"


def test_the_workbook_holds_texts_as_they_are_and_no_formula():
    book = workbook(exports(moved("f-1", description=NASTY, suggestion="http://example.org", group="0012")))
    assert (cell(book, "description").value, cell(book, "description").data_type) == (NASTY, "s")
    assert cell(book, "suggestion").hyperlink is None
    assert cell(book, "group").value == "0012"


def test_dates_are_dates_and_numbers_numbers():
    book = workbook(exports(moved("f-1", count=12)))
    assert cell(book, "found_at").value.isoformat() == "2026-02-20T10:00:00"
    assert cell(book, "found_at").is_date
    assert cell(book, "deadline").value.date() == date(2026, 3, 3)
    assert cell(book, "count").value == 12
    assert cell(book, "closed_at").value is None


def test_the_sheet_is_set_up_for_reading_and_for_paper():
    book = workbook(exports(*[moved(f"f-{n}") for n in range(3)]))
    ledger, totals = book.worksheets
    assert (ledger.title, totals.title) == ("台账", "合计")
    assert ledger.freeze_panes == "B2"
    last = get_column_letter(len(COLUMNS))
    assert ledger.auto_filter.ref == f"A1:{last}4"
    assert (ledger.page_setup.orientation, int(ledger.page_setup.paperSize)) == ("landscape", 9)
    assert (ledger.page_setup.fitToHeight, ledger.print_title_rows) == (0, "$1:$1")
    assert [one.value for one in ledger[1]] == [column.label for column in COLUMNS]


def test_the_second_sheet_adds_up_the_rows_that_are_there():
    events = [
        *life("f-1", begin=NOW - timedelta(days=3), count=4),
        moved("f-2", count=2),
        moved("f-3", team="T09"),
    ]
    book = workbook(exports(*events))
    rows = [[one.value for one in row] for row in book.worksheets[1]]
    assert tuple(rows[0]) == HEADER
    whole = dict(zip(HEADER, rows[1], strict=True))
    assert (whole["交办(条)"], whole["销号"], whole["交办(个)"], whole["逾期"]) == (3, 1, 7, 2)
    assert whole["销号率"] == pytest.approx(1 / 3, abs=1e-4)
    teams = {row[1]: row[2] for row in rows if row[0] == "督导组"}
    assert teams == {VOCABULARY.label("team", "T05"): 2, VOCABULARY.label("team", "T09"): 1}


def test_the_filters_of_the_ledger_choose_the_rows():
    of = exports(moved("f-1"), moved("f-2", team="T09"), moved("f-3", area="990100002001"))
    assert [row["id"] for row in table(of)] == ["f-3", "f-2", "f-1"]
    assert [row["id"] for row in table(of, team="T09")] == ["f-2"]
    assert [row["id"] for row in table(of, area="990100002")] == ["f-3"]


def test_a_past_day_is_written_as_it_was():
    begin = NOW - timedelta(days=9)
    of = exports(moved("f-1", "posted", 1, begin, posted_at=begin.isoformat()),
                 moved("f-1", "accepted", 2, NOW - timedelta(days=1), posted_at=begin.isoformat()))  # fmt: skip
    assert table(of)[0]["status"] == "整改中"
    assert table(of, as_of=day_of(begin))[0]["status"] == "待认领"
    with pytest.raises(InvalidError):
        of.file("csv", FILTERS | {"as_of": day_of(NOW) + timedelta(days=1)}, OFFICE)


def test_a_past_day_is_read_step_by_step(monkeypatch):
    monkeypatch.setattr("services.reporting.application.exports._STEP", 2)
    of = exports(*[moved(f"f-{n}") for n in range(5)])
    assert [row["id"] for row in table(of, as_of=day_of(NOW) - timedelta(days=1))] == [
        f"f-{n}" for n in (4, 3, 2, 1, 0)
    ]


def test_an_area_outside_of_the_own_is_refused():
    by = Claims(sub="s", role="supervisor", area=TOWNSHIP)
    with pytest.raises(ForbiddenError):
        exports(moved("f-1")).file("csv", FILTERS | {"area": "990100002"}, by)
    of = exports(moved("f-1"), moved("f-2", area="990100002001"))
    assert file(of, "csv", by)[1] == 1


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr("services.reporting.application.exports.MOST_ROWS", 2)
    with pytest.raises(InvalidError):
        exports(*[moved(f"f-{n}") for n in range(3)]).file("csv", FILTERS, OFFICE)


def test_a_workbook_is_made_over_a_line_that_does_not_block(monkeypatch):
    plain = socket.socketpair
    lines: list[socket.socket] = []

    def not_blocking():
        """As eventlet makes them."""
        lines.extend(plain())
        os.set_blocking(lines[1].fileno(), False)
        return lines

    class Slow(_Long):
        def each(self, filters, now):
            for one in super().each(filters, now):
                eventually(lambda: not _unread(lines[0]), every=0.01)
                yield one

    fact = Fact("f-1")
    fact.take(moved("f-1"))
    monkeypatch.setattr(socket, "socketpair", not_blocking)
    of = exports_of(cast(LedgerStore, Slow(fact, 50)), {"xlsx": XlsxWriter()}, _Log())
    assert file(of, "xlsx")[1] == 50


def _unread(line):
    """Bytes that the child has not taken yet: it waits for the next line when there are none."""
    return struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0" * 4))[0]


def test_a_child_that_ends_too_early_makes_no_file():
    writers = {"xlsx": XlsxWriter((sys.executable, "-c", "import sys; sys.stdin.readline()"))}
    with pytest.raises(RenderingError):
        exports(moved("f-1"), writers=writers).file("xlsx", FILTERS, OFFICE)


def test_a_child_that_hangs_makes_no_file():
    writers = {"xlsx": XlsxWriter((sys.executable, "-c", "import time; time.sleep(60)"), patience=0.2)}
    with pytest.raises(RenderingError):
        exports(moved("f-1"), writers=writers).file("xlsx", FILTERS, OFFICE)


def test_a_long_ledger_is_not_held_in_memory():
    fact = Fact("f-1")
    fact.take(moved("f-1"))
    fact.take(assigned("f-1", ("C001", "direct")))

    log = _Log()
    of = exports_of(cast(LedgerStore, _Long(fact, 5_000)), {"csv": CsvWriter()}, log)
    tracemalloc.start()
    try:
        spooled = of.file("csv", FILTERS, OFFICE)
        size = sum(map(len, spooled.chunks))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert spooled.rows == 5_000
    assert peak < size / 2
    assert [one.percent for one in log.told] == [0, 20, 40, 60, 80, 100]


def test_a_caller_sees_how_far_the_own_files_are():
    log = _Log()
    of = exports(moved("f-1"), moved("f-2"), log=log)
    file(of, "csv")
    file(of, "xlsx", as_of=day_of(NOW) - timedelta(days=1))
    shown = [(one["format"], one["status"], one["rows"], one["of"]) for one in of.progress(OFFICE)]
    assert shown == [("xlsx", "made", 2, None), ("csv", "made", 2, 2)]
    assert of.progress(replace(OFFICE, sub="office-2")) == []


def test_a_file_that_is_not_made_is_told_as_failed():
    log = _Log()
    writers = {"xlsx": XlsxWriter((sys.executable, "-c", "import sys; sys.stdin.readline()"))}
    with pytest.raises(RenderingError):
        exports(moved("f-1"), writers=writers, log=log).file("xlsx", FILTERS, OFFICE)
    assert [one.status for one in log.told] == ["making", "failed"]


class _GoneAway(BaseException):
    """As the server ends a request whose caller is gone."""


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_caller_that_goes_away_leaves_neither_file_nor_child(ending, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = set(Path("/proc/self/fd").iterdir())

    class Ends:
        def count(self, filters, now):
            return 2

        def each(self, filters, now):
            yield fact
            raise _GoneAway

    fact = Fact("f-1")
    fact.take(moved("f-1"))
    log = _Log()
    made = {"xlsx": XlsxWriter(), "csv": CsvWriter()}
    with pytest.raises(_GoneAway):
        exports_of(cast(LedgerStore, Ends()), made, log).file(ending, FILTERS, OFFICE)
    assert log.told[-1].status == "failed"
    assert not list(tmp_path.iterdir())
    assert set(Path("/proc/self/fd").iterdir()) <= opened
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    assert not [one for one in children if b"sheets.child" in Path(f"/proc/{one}/cmdline").read_bytes()]


class _Long:
    """The same fact again and again."""

    def __init__(self, fact, rows):
        self._fact, self._rows = fact, rows

    def count(self, filters, now):
        return self._rows

    def each(self, filters, now):
        return (self._fact for _ in range(self._rows))


@pytest.mark.parametrize(
    ("before", "after"),
    [("field: group", "field: team"), ("kind: whole", "kind: number"), ("field: id,", "field: iD,")],
)
def test_columns_that_cannot_be_are_told_at_the_start(tmp_path, before, after):
    text = (ROOT / "deploy/county/ledger_columns.yaml").read_text(encoding="utf-8")
    (tmp_path / "ledger_columns.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError):
        load_columns(tmp_path)
