"""The office's file of cadres: every row understood, or explained column by column."""

from datetime import date

import pytest

from services.accountability.application.cadre_csv import BadRow, CadreRow, read
from services.accountability.domain.errors import InvalidError
from tests.unit.accountability.world import AREAS, DEMO, VOCABULARY

HEADER = "id,name,position,unit,area,identity,duty,duty_area,duty_place_kind"
ROW = "C1,李建国,村支书,村党支部,990100001001,party_member|village_org,direct,990100001001,clinic|hospital"


def rows(text, header=HEADER):
    body = text if isinstance(text, bytes) else f"{header}\n{text}".encode()
    return read(body, VOCABULARY, AREAS)


def only(text, header=HEADER):
    (row,) = rows(text, header)
    return row


def errors(text, header=HEADER):
    row = only(text, header)
    assert isinstance(row, BadRow)
    return row.errors


def test_a_row_is_a_cadre_with_one_duty():
    row = only(ROW)
    assert isinstance(row, CadreRow)
    assert (row.line, row.id, row.card.name, row.card.identity) == (
        2, "C1", "李建国", ("party_member", "village_org"),
    )  # fmt: skip
    assert row.duty is not None
    assert (row.duty.id, row.duty.role, row.duty.place_kinds) == ("C1-1", "direct", ("clinic", "hospital"))


def test_the_demo_countys_file_is_understood_whole():
    found = read((DEMO / "cadres.csv").read_bytes(), VOCABULARY, AREAS)
    assert len(found) == 31
    assert all(isinstance(row, CadreRow) for row in found)


def test_several_rows_of_one_id_are_several_duties():
    second = ROW.replace("clinic|hospital", "shop")
    assert [row.duty.id for row in rows(f"{ROW}\n{second}")] == ["C1-1", "C1-2"]


def test_a_row_that_describes_the_same_person_otherwise_is_refused():
    _, second = rows(ROW + "\n" + ROW.replace("村支书", "村主任"))
    assert second.errors == {"position": ["differs from line 2 of the same id"]}


def test_a_row_without_any_duty_registers_the_person_alone():
    assert only("C1,李建国,村支书,村党支部,990100001001,party_member,,,").duty is None


def test_codes_may_be_chinese_labels_and_areas_names():
    labels = VOCABULARY.label
    text = f"C1,李建国,村支书,村党支部,城关街道,{labels('identity', 'contract')},{labels('duty_role', 'direct')},"
    row = only(text + f"城关街道,{labels('place_kind', 'clinic')}")
    assert (row.card.area, row.card.identity) == ("990100001", ("contract",))
    assert (row.duty.role, row.duty.area, row.duty.place_kinds) == ("direct", "990100001", ("clinic",))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_as_offices_save_it(coding):
    (row,) = rows(f"{HEADER}\r\n{ROW}\r\n".encode(coding))
    assert row.card.name == "李建国"


def test_empty_rows_are_skipped_and_lines_counted_as_in_the_file():
    first, second = rows(f'{ROW}\n,,,,,,,,\n\n"C2","王\n芳",会计,村委会,990100001001,contract,,,')
    assert (first.line, second.line, second.card.name) == (2, 5, "王\n芳")


def test_a_code_that_a_spreadsheet_mangled_is_answered_with_how_to_mend_it():
    told = errors(ROW.replace("990100001001,party", "9.901E+11,party"))
    assert "format the column as text" in told["area"][0]


@pytest.mark.parametrize(
    ("old", "new", "column", "message"),
    [
        ("C1,", "C/1,", "id", "letters, digits"),
        ("C1,", "office,", "id", "letters, digits"),
        ("李建国", "", "name", "is missing"),
        ("李建国", "李" * 201, "name", "longer than 200"),
        ("990100001001,party", "990199,party", "area", "unknown area"),
        ("990100001001,party", ",party", "area", "is missing"),
        ("village_org", "king", "identity", "'king' is neither a code nor a label of identity"),
        (",direct,", ",boss,", "duty", "'boss' is neither a code nor a label of duty_role"),
        (",direct,", ",,", "duty", "is missing"),
        (",direct,990100001001", ",direct,990199", "duty_area", "unknown area"),
        ("clinic", "castle", "duty_place_kind", "'castle' is neither"),
        ("hospital", "hospital,too,many", "row", "more values than the header"),
    ],
)
def test_a_wrong_cell_is_explained_by_its_column(old, new, column, message):
    assert message in errors(ROW.replace(old, new))[column][0]


def test_all_that_is_wrong_in_a_row_is_told_at_once():
    assert set(errors("C/1,,村支书,村党支部,x,king,,,")) == {"id", "name", "area", "identity"}


@pytest.mark.parametrize(
    "written", ["2026-02-03", "2026/2/3", "2026.2.3", "2026年2月3日", "46056", "2026-02-03 0:00"]
)
def test_days_are_read_as_text_or_as_a_spreadsheets_number(written):
    row = only(f"{ROW},{written},", f"{HEADER},from,to")
    assert row.duty.optional == {"from_day": date(2026, 2, 3), "to_day": None}


@pytest.mark.parametrize(
    ("days", "column"), [("2026-02-30,", "from"), ("soon,", "from"), ("2026-02-03,2026-02-02", "to")]
)
def test_a_day_that_cannot_be_is_refused(days, column):
    assert list(errors(f"{ROW},{days}", f"{HEADER},from,to")) == [column]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"", "header", "lacks the columns id"),
        (b"id,name\n1,2", "header", "lacks the columns position"),
        (f"{HEADER},salary\n".encode(), "header", "unknown columns: salary"),
        (f"{HEADER},id\n".encode(), "header", "names a column twice"),
        (f'{HEADER}\n"C1,'.encode(), "file", "cannot be read as CSV near line 2"),
        (b"PK\x03\x04\x00\x00", "file", "is no CSV text"),
        (b"\xff\xff\xff", "file", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(body, field, message):
    with pytest.raises(InvalidError) as refused:
        rows(body)
    assert message in refused.value.errors[field][0]


def test_a_file_has_an_end():
    with pytest.raises(InvalidError) as refused:
        rows("\n".join(f"C{number}" + ROW[2:] for number in range(10_001)))
    assert refused.value.errors == {"file": ["has more than 10000 rows"]}
